using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Catalog;
using NetRoom.Chats.Sending;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Chats.Conversations;

/// <summary>The page of a conversation, and the page of a new one.</summary>
internal sealed class OpenConversation(
    NetRoomDb db,
    ICurrentAccount me,
    ICatalog catalog,
    Composers composers,
    IHttpContextAccessor http
)
{
    private const int Window = 100;

    public static Task<IResult> HandleAsync(
        Guid id,
        Guid? before,
        OpenConversation pages,
        CancellationToken cancel
    ) => pages.ConversationAsync(id, before, null, null, cancel);

    /// <summary>The new-chat page for a person, the front page for a visitor.</summary>
    public static async Task<IResult> HomeAsync(
        string? model,
        string? q,
        OpenConversation pages,
        ICurrentAccount me,
        CancellationToken cancel
    ) =>
        me.IsSignedIn
            ? await pages.NewAsync(model, q ?? "", null, null, cancel)
            : new PageResult<FrontPage>();

    /// <summary>The page that a form came from, with what was typed and what is wrong.</summary>
    public Task<IResult> WithProblemAsync(Draft draft, Problem problem, CancellationToken cancel) =>
        draft.ConversationId is { } id
            ? ConversationAsync(id, null, draft, problem, cancel)
            : NewAsync(draft.Wish.ModelId, draft.Text, draft.Wish.Effort, problem, cancel);

    private async Task<IResult> NewAsync(
        string? modelId,
        string text,
        string? effort,
        Problem? problem,
        CancellationToken cancel
    )
    {
        var model = await composers.DefaultModelAsync(modelId, cancel);
        effort = model.Efforts.Contains(effort) ? effort : null;
        var composer = new ComposerView(
            null,
            "/chats",
            composers.Choices(),
            model,
            effort,
            await composers.QuoteAsync(model, effort, TextSize.Of(text), [], cancel),
            text,
            problem
        );
        return new PageResult<NewChatPage>(
            new { Composer = composer },
            (int?)problem?.Kind ?? StatusCodes.Status200OK
        );
    }

    private async Task<IResult> ConversationAsync(
        Guid id,
        Guid? before,
        Draft? draft,
        Problem? problem,
        CancellationToken cancel
    )
    {
        var conversation = await db.Set<Conversation>()
            .SingleOrDefaultAsync(it => it.Id == id && it.AccountId == me.Id, cancel);
        if (conversation is null)
            return new Problem(ProblemKind.NotFound, "chats.gone").ToResult();

        var messages = await MessagesAsync(id, before, cancel);
        var shown = Shown(messages.Take(Window).ToList());
        var model =
            catalog.Find(draft?.Wish.ModelId ?? conversation.ModelId)
            ?? await composers.DefaultModelAsync(null, cancel);
        var effort = draft is null ? conversation.Effort : draft.Wish.Effort;
        effort = model.Efforts.Contains(effort) ? effort : null;
        var running = shown.FirstOrDefault(line => line.Message.State == RunState.Running)?.Message;
        var text = draft?.Text ?? "";
        var composer = new ComposerView(
            id,
            $"/c/{id}/messages",
            composers.Choices(),
            model,
            effort,
            await composers.QuoteAsync(
                model,
                effort,
                TextSize.Of(text),
                [.. messages.Where(message => message.IsSpoken).Select(message => message.Size)],
                cancel
            ),
            text,
            problem,
            running
        );
        var view = new ConversationView(
            conversation,
            shown,
            messages.Count > Window ? $"/c/{id}?before={messages[Window - 1].Id}" : null,
            conversation.UpdatedAt + Retention.Term,
            Preferences.OffsetOf(http.HttpContext!),
            composer
        );
        return new PageResult<ConversationPage>(
            new { View = view },
            (int?)problem?.Kind ?? StatusCodes.Status200OK
        );
    }

    /// <summary>Newest first, one more than a window to know whether there are earlier ones.</summary>
    private Task<List<Message>> MessagesAsync(
        Guid conversationId,
        Guid? before,
        CancellationToken cancel
    ) =>
        db.Set<Message>()
            .Where(message =>
                message.ConversationId == conversationId && (before == null || message.Id < before)
            )
            .OrderByDescending(message => message.CreatedAt)
            .ThenByDescending(message => message.Id)
            .Take(Window + 1)
            .ToListAsync(cancel);

    /// <summary>Oldest first; of several answers to a question the newest.</summary>
    private List<Line> Shown(List<Message> newestFirst)
    {
        var answered = new HashSet<Guid>();
        var lines = newestFirst
            .Where(message => message.QuestionId is not { } question || answered.Add(question))
            .Select(message => new Line(
                message,
                catalog.Find(message.ModelId ?? ""),
                message == newestFirst[0]
            ))
            .ToList();
        lines.Reverse();
        return lines;
    }
}
