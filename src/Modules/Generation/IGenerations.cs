using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Generation;

/// <summary>How long a text is, for an estimate: prompts need not travel to be priced.</summary>
/// <param name="Ascii">Characters of ASCII: about four to a token.</param>
/// <param name="Other">UTF-16 units of all else: about two to a token.</param>
public readonly record struct TextSize(long Ascii, long Other)
{
    public static TextSize Of(string text)
    {
        var ascii = text.AsSpan().Length;
        var other = 0;
        foreach (var letter in text)
            if (!char.IsAscii(letter))
                other++;
        return new TextSize(ascii - other, other);
    }

    /// <summary>The size of the JSON string on which the reader is.</summary>
    public static TextSize Of(ref Utf8JsonReader reader)
    {
        var count = TextCount.Of(ref reader);
        return new TextSize(count.Ascii, count.Other);
    }

    public static TextSize operator +(TextSize a, TextSize b) =>
        new(a.Ascii + b.Ascii, a.Other + b.Other);

    /// <summary>The likely count of tokens.</summary>
    public long Tokens => (Ascii + 3) / 4 + (Other + 1) / 2;
}

/// <summary>What a quote is asked for.</summary>
/// <param name="Prompt">Everything that will be sent.</param>
/// <param name="Effort">One of the model's efforts, or null for no reasoning.</param>
/// <param name="Budget">The most that may be held: the balance, or a smaller ceiling that was shown.</param>
public sealed record QuoteRequest(ModelInfo Model, TextSize Prompt, string? Effort, Money Budget)
{
    /// <summary>What may pay instead of money: units, plans, packs.</summary>
    public IReadOnlyList<EntitlementView> Entitlements { get; init; } = [];

    /// <summary>The longest answer that is wanted, in tokens. The quote is for all of it, or there is none.</summary>
    public int? OutputLimit { get; init; }

    /// <summary>What of the prompt has a price of its own: sound, film.</summary>
    public IReadOnlyCollection<UnitKind> Media { get; init; } = [];

    /// <summary>The most searches of the web that the provider may make; 0: it may not search.</summary>
    public int Searches { get; init; }
}

/// <param name="RunId">Made by the caller; the same id is the same run.</param>
/// <param name="Origin">Whose run it is ("chat"): names the <see cref="IRunOwner"/> that hears of its end.</param>
/// <param name="SubjectId">The owner's own row, a message.</param>
public sealed record RunRequest(
    Guid RunId,
    Guid AccountId,
    string Origin,
    Guid SubjectId,
    ModelInfo Model,
    IReadOnlyList<ChatMessage> Messages,
    string? Effort,
    Quote Quote
);

public enum RunState
{
    Running = 0,
    Completed = 1,
    Failed = 2,
    Stopped = 3,

    /// <summary>The node died; whatever came is kept, nothing is charged.</summary>
    Interrupted = 4,
}

/// <summary>How a run ended. The text may be partial in every state but Completed.</summary>
/// <param name="Charged">What was captured; zero for everything but a completed or stopped run with output.</param>
/// <param name="Failure">A code of the generation's texts ("generation.failed.overloaded"), or null.</param>
/// <param name="Truncated">The answer reached its token limit.</param>
public sealed record RunOutcome(
    Guid RunId,
    Guid AccountId,
    Guid SubjectId,
    RunState State,
    string Text,
    string Reasoning,
    Money Charged,
    bool Estimated,
    string? Failure,
    bool Truncated,
    DateTimeOffset EndedAt
);

/// <summary>The module that asked for a run, told of its end inside the transaction that settles it.</summary>
public interface IRunOwner
{
    string Origin { get; }

    Task OnEndedAsync(RunOutcome outcome, CancellationToken cancel);
}

public enum RunEventKind
{
    Text = 1,
    Reasoning = 2,

    /// <summary>The provider began anew: what came so far is void.</summary>
    Restart = 3,
    End = 4,
}

/// <summary>A piece of a run, in order; sequence numbers begin at 1 and have no holes.</summary>
public readonly record struct RunEvent(int Seq, RunEventKind Kind, string Body);

/// <summary>The one way through for everything that is paid: quote, hold, run, settle.</summary>
public interface IGenerations
{
    /// <summary>
    /// The price before the run. Problems: generation.no_price, generation.unavailable, generation.too_long (args: tokens, limit),
    /// generation.no_search, billing.balance_short (args: needed, available).
    /// </summary>
    Outcome<Quote> Quote(QuoteRequest request);

    /// <summary>Holds the ceiling and records the run, in the caller's transaction. Nothing reaches the provider yet.</summary>
    Task<Outcome<RunRequest>> StartAsync(RunRequest request, CancellationToken cancel);

    /// <summary>After the commit: the run begins on this node.</summary>
    void Launch(RunRequest request);

    /// <summary>Asks the run to stop, wherever it is. Harmless if it has ended.</summary>
    Task StopAsync(Guid accountId, Guid runId, CancellationToken cancel);

    /// <summary>
    /// The events after a sequence number, then those to come, up to and including <see cref="RunEventKind.End"/>. Any number of readers, on any node.
    /// A node that stops ends the reading of another node's run with <see cref="OperationCanceledException"/>.
    /// </summary>
    IAsyncEnumerable<RunEvent> ReadAsync(Guid runId, int after, CancellationToken cancel);
}
