using Microsoft.Extensions.AI;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Media;
using NetRoom.Kernel;

namespace NetRoom.Generation.Direct;

/// <summary>What a program asks to run.</summary>
/// <param name="RunId">Made by the caller; the same id is the same run.</param>
/// <param name="SubjectId">Whom the account let spend: the API key.</param>
/// <param name="Prompt">Everything that will be sent, tools and media included.</param>
/// <param name="OutputLimit">The longest answer that the caller wants, in tokens; null: as long as ours may be.</param>
public sealed record DirectRequest(
    Guid RunId,
    Guid AccountId,
    Guid SubjectId,
    ModelInfo Model,
    TextSize Prompt,
    int? OutputLimit,
    SpendCap? Cap
)
{
    public SpendCategory Category { get; init; } = SpendCategory.Text;

    /// <summary>Set when what is made is no text: then this is what is priced.</summary>
    public MediaPlan? Media { get; init; }

    /// <summary>What of the prompt has a price of its own: sound, film.</summary>
    public IReadOnlyCollection<UnitKind> PromptMedia { get; init; } = [];

    /// <summary>The most searches of the web that the provider may make; 0: it may not search.</summary>
    public int Searches { get; init; }
}

/// <summary>Why a run failed, for the program that asked.</summary>
/// <param name="Code">A key of the generation's texts ("generation.failed.overloaded").</param>
/// <param name="Detail">What the provider said, without the prompt; null if it said nothing or it is none of the caller's business.</param>
/// <param name="RetryAfter">How long the provider asks to wait.</param>
public sealed record DirectFailure(string Code, string? Detail = null, TimeSpan? RetryAfter = null);

/// <summary>How a run ended.</summary>
/// <param name="Charged">What the wallet paid: zero for every failure.</param>
/// <param name="Usage">Null when neither the provider nor we have counted.</param>
/// <param name="Failure">Set exactly when the state is Failed or Interrupted.</param>
public sealed record DirectEnd(RunState State, Money Charged, Usage? Usage, DirectFailure? Failure)
{
    /// <summary>The usage in the provider's shape, or our estimate in the same; null when nothing was counted.</summary>
    public UsageDetails? Tokens { get; init; }

    /// <summary>What was used has no rate: nothing is charged, and an operator must look.</summary>
    internal UnpricedUnitException? Unpriced { get; init; }
}

/// <summary>
/// Paid runs whose only reader is their caller: quote, hold, run, settle as every run, with no events in the database. Two statements
/// a run when all goes well.
/// </summary>
public interface IDirectRuns
{
    /// <summary>
    /// The price before the run; problems as those of <see cref="IGenerations.Quote"/>, the balance aside, and "generation.not_sold" (400;
    /// args: model, sizes and qualities that are).
    /// </summary>
    Outcome<Quote> Quote(DirectRequest request);

    /// <summary>True if the model's provider speaks this protocol, so that the caller's words can pass through untouched.</summary>
    bool Speaks(ModelInfo model, WireProtocol protocol, PassageNeeds needs);

    /// <summary>
    /// Holds the ceiling and records the run. Without a limit of the caller's own, a short balance shortens the answer. Problems: those
    /// of the quote and of <see cref="IWallet.HoldAsync"/>; "generation.cap_day", "generation.cap_month" (403; args: needed, left of
    /// the cap); "generation.leaving" (503: this node stops).
    /// </summary>
    Task<Outcome<DirectRun>> StartAsync(DirectRequest request);
}
