using System.Text.Json;
using Microsoft.Extensions.AI;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Media;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Generation.Direct;

/// <summary>What a direct run costs, from what has come of it. See docs/decisions/0010.</summary>
internal static class Settling
{
    /// <returns>How it ended, and its charge; null: nothing is charged.</returns>
    public static (DirectEnd End, Charge? Charge) Of(
        DirectRequest request,
        Quote quote,
        AnswerReading seen,
        DirectFailure? failure,
        bool hungUp,
        bool began
    )
    {
        if (failure is not null)
        {
            var state =
                failure.Code == Failures.Interrupted ? RunState.Interrupted : RunState.Failed;
            return (new DirectEnd(state, Money.Zero, Counted(seen.Usage, quote), failure), null);
        }
        // Who hangs up when the last word has come has had the whole answer.
        if (!began || (hungUp && seen.Finish is null))
            return Charged(RunState.Stopped, seen.Ascii + seen.Other > 0, isCut: true);

        if (seen.HasText || seen.HasToolCalls)
            return Charged(RunState.Completed, true, isCut: false);
        // Who set a limit that the thinking alone used up has had what was asked for.
        if (seen.Finish == ChatFinishReason.Length && request.OutputLimit is not null)
            return Charged(RunState.Completed, seen.Ascii + seen.Other > 0, isCut: false);
        return (
            new DirectEnd(RunState.Failed, Money.Zero, Counted(seen.Usage, quote), new(Why()))
            {
                Tokens = seen.Usage,
            },
            null
        );

        string Why() =>
            seen.Refused || seen.Finish == ChatFinishReason.ContentFilter ? Failures.Refused
            : seen.Finish == ChatFinishReason.Length ? Failures.AllThought
            : Failures.Empty;

        (DirectEnd, Charge?) Charged(RunState state, bool isAnything, bool isCut)
        {
            if (!isAnything)
                return (new DirectEnd(state, Money.Zero, null, null), null);
            // The usage of an answer that was cut was counted before its end, if at all; what came since is ours to count.
            var counted = isCut ? null : Counted(seen.Usage, quote);
            var tokens = counted is null ? Estimate(request, seen) : seen.Usage!;
            var usage = WithSearches(
                counted ?? tokens.ToUsage()! with { Estimated = true },
                seen.Searches
            );
            try
            {
                var charge = Charge.Compute(
                    quote.Rates,
                    quote.CoefficientPpm,
                    usage,
                    quote.Ceiling
                );
                return (
                    new DirectEnd(state, charge.Amount, usage, null) { Tokens = tokens },
                    charge
                );
            }
            catch (UnpricedUnitException unpriced)
            {
                return (
                    new DirectEnd(RunState.Failed, Money.Zero, usage, new(Failures.Unexpected))
                    {
                        Tokens = tokens,
                        Unpriced = unpriced,
                    },
                    null
                );
            }
        }
    }

    /// <summary>Of media: what the provider counted, else what came out, else what was planned, marked as estimated.</summary>
    public static (DirectEnd End, Charge? Charge) Of(
        MediaPlan plan,
        Quote quote,
        MediaUsage? made,
        DirectFailure? failure
    )
    {
        if (failure is not null)
            return (
                new DirectEnd(
                    failure.Code == Failures.Interrupted ? RunState.Interrupted : RunState.Failed,
                    Money.Zero,
                    made?.Reported,
                    failure
                ),
                null
            );
        if (made is null)
            return (new DirectEnd(RunState.Stopped, Money.Zero, null, null), null);
        var usage =
            made.For(quote.Rates) ?? plan.For(quote.Rates)!.Value.Likely with { Estimated = true };
        var charge = Charge.Compute(quote.Rates, quote.CoefficientPpm, usage, quote.Ceiling);
        return (new DirectEnd(RunState.Completed, charge.Amount, usage, null), charge);
    }

    public static string? Json(Usage? usage) =>
        usage is null ? null : JsonSerializer.Serialize(usage);

    public static DirectFailure Failure(ProviderException error) =>
        new(
            Failures.Code(error.Kind),
            // What is wrong with the request, its sender may know; what is wrong with our account is ours.
            error.Kind
                is ProviderErrorKind.BadRequest
                    or ProviderErrorKind.TooLong
                    or ProviderErrorKind.Refused
                ? error.Detail
                : null,
            error.RetryAfter
        );

    /// <summary>A provider's own price stands in for its tokens where the price version goes by it.</summary>
    private static Usage? Counted(UsageDetails? details, Quote quote) =>
        details?.AdditionalCounts is { } counts
        && counts.TryGetValue(UsageReading.ReportedMicroDollars, out var cost)
        && quote.Rates.Find(UnitKind.ReportedCost, null, 0) is not null
            ? new Usage([new UnitCount(UnitKind.ReportedCost, cost)])
            : details.ToUsage();

    /// <summary>Searches that were seen, where the provider did not count them; a price of its own has them in it.</summary>
    private static Usage WithSearches(Usage usage, long seen) =>
        seen == 0
        || usage.Counts.Any(count => count.Unit is UnitKind.SearchCall or UnitKind.ReportedCost)
            ? usage
            : usage with
            {
                Counts = [.. usage.Counts, new UnitCount(UnitKind.SearchCall, seen)],
            };

    private static UsageDetails Estimate(DirectRequest request, AnswerReading seen)
    {
        var produced = new TextSize(seen.Ascii, seen.Other).Tokens;
        var partial = seen.Usage;
        return new UsageDetails
        {
            InputTokenCount = partial?.InputTokenCount ?? request.Prompt.Tokens,
            CachedInputTokenCount = partial?.CachedInputTokenCount,
            AdditionalCounts = partial?.AdditionalCounts,
            OutputTokenCount = Math.Max(produced, partial?.OutputTokenCount ?? 0),
        };
    }
}
