using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NetRoom.Accounts;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation;
using NetRoom.Kernel.Data;

namespace NetRoom.Chats.Sending;

/// <summary>Reads what the composer needs: models, balance, price.</summary>
internal sealed class Composers(
    NetRoomDb db,
    ICatalog catalog,
    IModelAvailability availability,
    IWallet wallet,
    IEntitlements entitlements,
    IGenerations generations,
    ICurrentAccount me,
    IOptions<GenerationOptions> options
)
{
    public IReadOnlyList<Choice> Choices() =>
        [
            .. catalog
                .Models.Where(model =>
                    model.Group == ModelGroup.Text && (!model.AdultsOnly || me.IsAdult)
                )
                .Select(model => new Choice(
                    model,
                    catalog.FindProvider(model.ProviderId)?.Name ?? model.ProviderId,
                    availability.IsAvailable(model)
                ))
                .OrderByDescending(choice => choice.IsAvailable)
                .ThenBy(choice => choice.Model.IsSandbox)
                .ThenBy(choice => choice.Model.Order),
        ];

    /// <summary>The model that was asked for, the one of the last chat, or the first that can be run.</summary>
    public async Task<ModelInfo> DefaultModelAsync(string? asked, CancellationToken cancel)
    {
        if (asked is not null && catalog.Find(asked) is { Group: ModelGroup.Text } model)
            return model;
        var last = await db.Set<Conversation>()
            .Where(conversation => conversation.AccountId == me.Id)
            .OrderByDescending(conversation => conversation.UpdatedAt)
            .Select(conversation => conversation.ModelId)
            .FirstOrDefaultAsync(cancel);
        if (last is not null && catalog.Find(last) is { } used && availability.IsAvailable(used))
            return used;
        return Choices()[0].Model;
    }

    public async Task<QuoteView> QuoteAsync(
        ModelInfo model,
        string? effort,
        TextSize question,
        IReadOnlyList<TextSize> newestFirst,
        CancellationToken cancel
    )
    {
        var balance = await wallet.BalanceAsync(me.Id, cancel);
        var prompt = Prompt.Size(model, question, newestFirst);
        var wanted = effort is null
            ? options.Value.AnswerTokens
            : options.Value.ThinkingAnswerTokens;
        var owned = await entitlements.ListAsync(me.Id, cancel);
        var asked = new QuoteRequest(model, prompt, effort, balance.Available)
        {
            Entitlements = owned,
        };
        return generations.Quote(asked).Succeeded(out var quote, out var problem)
            ? new QuoteView(balance.Available, quote, null, Math.Min(wanted, model.MaxOutputTokens))
            {
                PaidBy = owned.FirstOrDefault(it => it.Product.Id == quote.Funding.ProductId),
            }
            : new QuoteView(balance.Available, null, problem, wanted);
    }

    /// <summary>Sizes of a conversation's messages, newest first; empty for a new chat or somebody else's.</summary>
    public async Task<IReadOnlyList<TextSize>> SizesAsync(
        Guid? conversationId,
        CancellationToken cancel
    )
    {
        if (conversationId is null)
            return [];
        var sizes = await (
            from message in db.Set<Message>()
            join conversation in db.Set<Conversation>()
                on message.ConversationId equals conversation.Id
            where conversation.Id == conversationId && conversation.AccountId == me.Id
            where
                message.State == null
                || message.State == RunState.Completed
                || message.State == RunState.Stopped
            orderby message.CreatedAt descending, message.Id descending
            select new { message.Ascii, message.Other }
        )
            .Take(500)
            .ToListAsync(cancel);
        return [.. sizes.Select(size => new TextSize(size.Ascii, size.Other))];
    }
}
