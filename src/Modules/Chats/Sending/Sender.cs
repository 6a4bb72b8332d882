using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Chats.Answers;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Chats.Sending;

/// <summary>How an answer is wanted.</summary>
/// <param name="ShownCeiling">The "at most" that was on the screen; the hold never exceeds it.</param>
internal sealed record Wish(string ModelId, string? Effort, Money? ShownCeiling)
{
    /// <summary>From the fields of a form, where anything may be missing or wrong.</summary>
    public static Wish Of(string? model, string? effort, long? ceiling) =>
        new(model ?? "", effort, ceiling is >= 0 and var micro ? new Money(micro) : null);
}

/// <summary>What a person sends.</summary>
/// <param name="Key">The question's id, made before sending: a double click or a repeat is the same question.</param>
internal sealed record Draft(Guid? ConversationId, Guid Key, string Text, Wish Wish);

internal sealed record Sent(Guid ConversationId, Message Question, Message Answer);

/// <summary>Turns a draft into a question, an answer and a run: all of them, or none and the reason.</summary>
internal sealed class Sender(
    NetRoomDb db,
    ICatalog catalog,
    IWallet wallet,
    IEntitlements entitlements,
    IGenerations generations,
    ICurrentAccount me,
    TimeProvider clock
)
{
    /// <summary>Characters; four books.</summary>
    public const int LongestText = 2_000_000;

    public async Task<Outcome<Sent>> SendAsync(Draft draft, CancellationToken cancel)
    {
        // PostgreSQL's text cannot hold a zero character.
        draft = draft with
        {
            Text = draft.Text.Replace("\0", "", StringComparison.Ordinal),
        };
        if (string.IsNullOrWhiteSpace(draft.Text))
            return new Problem(ProblemKind.Invalid, "chats.empty");
        if (draft.Text.Length > LongestText)
            return new Problem(
                ProblemKind.TooLarge,
                "chats.text_too_long",
                draft.Text.Length,
                LongestText
            );
        if (await FindSentAsync(draft.Key, cancel) is { } repeated)
            return repeated;

        var conversation = draft.ConversationId is { } id
            ? await FindAsync(id, cancel)
            : New(draft);
        if (conversation is null)
            return new Problem(ProblemKind.NotFound, "chats.gone");
        var history = await HistoryAsync(conversation.Id, cancel);
        if (history.Any(message => message.State == RunState.Running))
            return new Problem(ProblemKind.Conflict, "chats.still_answering");

        var size = TextSize.Of(draft.Text);
        var question = new Message
        {
            Id = draft.Key,
            ConversationId = conversation.Id,
            Text = draft.Text,
            Ascii = (int)size.Ascii,
            Other = (int)size.Other,
            CreatedAt = clock.GetUtcNow(),
        };
        conversation.UpdatedAt = question.CreatedAt;
        if (draft.ConversationId is null)
            db.Add(conversation);
        db.Add(question);
        var outcome = await AskAsync(conversation, question, history, draft.Wish, cancel);
        // The other of two clicks may have taken the last of the money meanwhile.
        return outcome.Problem is not null && await FindSentAsync(draft.Key, cancel) is { } twin
            ? twin
            : outcome;
    }

    /// <summary>Asks the last question again, perhaps of another model.</summary>
    public async Task<Outcome<Sent>> RetryAsync(
        Guid conversationId,
        Guid questionId,
        Wish wish,
        CancellationToken cancel
    )
    {
        if (await FindAsync(conversationId, cancel) is not { } conversation)
            return new Problem(ProblemKind.NotFound, "chats.gone");
        var history = await HistoryAsync(conversationId, cancel);
        if (history.Any(message => message.State == RunState.Running))
            return new Problem(ProblemKind.Conflict, "chats.still_answering");
        var question = history.FirstOrDefault(message => message.IsQuestion);
        if (question is null || question.Id != questionId)
            return new Problem(ProblemKind.Conflict, "chats.not_last");
        return await AskAsync(
            conversation,
            question,
            [.. history.Where(message => message != question && message.QuestionId != question.Id)],
            wish,
            cancel
        );
    }

    private async Task<Outcome<Sent>> AskAsync(
        Conversation conversation,
        Message question,
        IReadOnlyList<Message> history,
        Wish wish,
        CancellationToken cancel
    )
    {
        if (catalog.Find(wish.ModelId) is not { Group: ModelGroup.Text } model)
            return new Problem(ProblemKind.Invalid, "chats.unknown_model");
        if (model.AdultsOnly && !me.IsAdult)
            return new Problem(ProblemKind.Forbidden, "chats.adults_only");
        var effort = model.Efforts.Contains(wish.Effort) ? wish.Effort : null;

        var spoken = Spoken(history);
        var messages = Prompt.Messages(model, question, spoken);
        var prompt = messages.Aggregate(
            default(TextSize),
            (sum, message) => sum + TextSize.Of(message.Text)
        );
        var balance = await wallet.BalanceAsync(me.Id, cancel);
        var budget = wish.ShownCeiling is { } shown
            ? Money.Min(shown, balance.Available)
            : balance.Available;
        var quoted = generations.Quote(
            new QuoteRequest(model, prompt, effort, budget)
            {
                Entitlements = await entitlements.ListAsync(me.Id, cancel),
            }
        );
        if (!quoted.Succeeded(out var quote, out var problem))
            return problem.Code == "billing.balance_short" && budget < balance.Available
                ? new Problem(ProblemKind.Conflict, "chats.price_changed", problem.Args)
                : problem;

        var answer = new Message
        {
            Id = Ids.New(),
            ConversationId = conversation.Id,
            QuestionId = question.Id,
            Text = "",
            CreatedAt = clock.GetUtcNow(),
            RunId = Ids.New(),
            ModelId = model.Id,
            State = RunState.Running,
        };
        db.Add(answer);
        var run = new RunRequest(
            answer.RunId.Value,
            me.Id,
            ChatAnswers.OriginName,
            answer.Id,
            model,
            messages,
            effort,
            quote
        );
        (conversation.ModelId, conversation.Effort) = (model.Id, effort);
        return await StartAsync(conversation, question, answer, run, cancel);
    }

    private async Task<Outcome<Sent>> StartAsync(
        Conversation conversation,
        Message question,
        Message answer,
        RunRequest run,
        CancellationToken cancel
    )
    {
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            var started = await generations.StartAsync(run, cancel);
            if (!started.Succeeded(out _, out var problem))
                return problem;
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (DbUpdateException failure)
            when (failure.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            )
        {
            // Two tabs or two clicks at once: the other one won.
            db.ChangeTracker.Clear();
            return await FindSentAsync(question.Id, cancel) is { } other
                ? other
                : new Problem(ProblemKind.Conflict, "chats.still_answering");
        }

        generations.Launch(run);
        return new Sent(conversation.Id, question, answer);
    }

    private Task<Conversation?> FindAsync(Guid id, CancellationToken cancel) =>
        db.Set<Conversation>()
            .AsTracking()
            .SingleOrDefaultAsync(it => it.Id == id && it.AccountId == me.Id, cancel);

    private Conversation New(Draft draft) =>
        new()
        {
            Id = Ids.New(),
            AccountId = me.Id,
            Title = Title.Of(draft.Text),
            ModelId = draft.Wish.ModelId,
            CreatedAt = clock.GetUtcNow(),
            UpdatedAt = clock.GetUtcNow(),
        };

    /// <summary>Newest first, as far back as a prompt could ever reach.</summary>
    private Task<List<Message>> HistoryAsync(Guid conversationId, CancellationToken cancel) =>
        db.Set<Message>()
            .Where(message => message.ConversationId == conversationId)
            .OrderByDescending(message => message.CreatedAt)
            .ThenByDescending(message => message.Id)
            .Take(500)
            .ToListAsync(cancel);

    /// <summary>One answer to each question: the newest that did not fail.</summary>
    private static List<Message> Spoken(IReadOnlyList<Message> newestFirst)
    {
        var answered = new HashSet<Guid>();
        return
        [
            .. newestFirst.Where(message =>
                message.IsSpoken
                && (message.QuestionId is not { } question || answered.Add(question))
            ),
        ];
    }

    private async Task<Sent?> FindSentAsync(Guid questionId, CancellationToken cancel)
    {
        var rows = await (
            from message in db.Set<Message>()
            join conversation in db.Set<Conversation>()
                on message.ConversationId equals conversation.Id
            where
                conversation.AccountId == me.Id
                && (message.Id == questionId || message.QuestionId == questionId)
            orderby message.CreatedAt, message.Id
            select message
        ).ToListAsync(cancel);
        return rows is [var question, .., var answer]
            ? new Sent(question.ConversationId, question, answer)
            : null;
    }
}
