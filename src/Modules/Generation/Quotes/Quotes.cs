using Microsoft.Extensions.Options;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Providers;

namespace NetRoom.Generation.Quotes;

/// <summary>
/// Prices a text run before it happens. The prompt's size is an estimate with a margin; the ceiling binds us, not the person: what the
/// provider costs above it is the service's loss.
/// </summary>
internal sealed class Quotes(
    ICatalog catalog,
    IProviders providers,
    IOptions<GenerationOptions> options,
    TimeProvider clock
)
{
    private const int NoCoefficient = 1_000_000;
    private static readonly Money NoCeiling = new(long.MaxValue);
    private readonly GenerationOptions options = options.Value;

    public Outcome<Quote> For(QuoteRequest request)
    {
        var model = request.Model;
        if (model.Status == ModelStatus.Gone || !providers.IsAvailable(model.ProviderId))
            return new Problem(ProblemKind.Unavailable, "generation.unavailable", model.Name);
        if (catalog.PriceAt(model.Id, clock.GetUtcNow()) is not { } price)
            return new Problem(ProblemKind.Unavailable, "generation.no_price", model.Name);

        var likely = request.Prompt.Tokens;
        var atMost = likely + likely / 4 + PromptMargin;
        var room = model.ContextTokens - atMost;
        if (room < options.LeastAnswerTokens)
            return new Problem(
                ProblemKind.TooLarge,
                "generation.too_long",
                likely,
                model.ContextTokens
            );

        var rates = price.Card.Freeze(clock.GetUtcNow());
        var wanted = request.Effort is null ? options.AnswerTokens : options.ThinkingAnswerTokens;
        var output = (int)Math.Min(Math.Min(wanted, model.MaxOutputTokens), room);
        var least = Math.Min(options.LeastAnswerTokens, output);
        if (Ceiling(rates, atMost, least) is var floor && floor > request.Budget)
            return new Problem(
                ProblemKind.PaymentNeeded,
                "billing.balance_short",
                floor,
                request.Budget
            );

        output = LongestWithin(request.Budget, rates, atMost, least, output);
        var ceiling = Ceiling(rates, atMost, output);
        return new Quote(
            Ids.New(),
            model.Id,
            price.Id,
            rates,
            NoCoefficient,
            Low: Money.Min(
                ceiling,
                Price(rates, UnitKind.Input, likely, Math.Min(output, ShortAnswer))
            ),
            High: Money.Min(
                ceiling,
                Price(
                    rates,
                    UnitKind.Input,
                    likely,
                    Math.Min(output, request.Effort is null ? LongAnswer : ThoughtfulAnswer)
                )
            ),
            ceiling,
            output
        );
    }

    /// <summary>Tokens of message frames that a text's length does not show.</summary>
    private const int PromptMargin = 64;
    private const int ShortAnswer = 150;
    private const int LongAnswer = 1_200;
    private const int ThoughtfulAnswer = 4_000;

    /// <summary>The most output whose ceiling the budget covers. The price grows with the output, so halving finds it.</summary>
    private static int LongestWithin(Money budget, RateCard rates, long prompt, int low, int high)
    {
        if (Ceiling(rates, prompt, high) <= budget)
            return high;
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (Ceiling(rates, prompt, middle) <= budget)
                low = middle;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The prompt may all be written to the provider's cache, which can cost more than reading it afresh.</summary>
    private static Money Ceiling(RateCard rates, long prompt, int output) =>
        Money.Max(
            Price(rates, UnitKind.Input, prompt, output),
            Price(rates, UnitKind.CacheWrite5m, prompt, output)
        );

    private static Money Price(RateCard rates, UnitKind promptUnit, long prompt, int output) =>
        Charge
            .Compute(
                rates,
                NoCoefficient,
                new Usage([
                    new UnitCount(promptUnit, prompt),
                    new UnitCount(UnitKind.Output, output),
                ]),
                NoCeiling
            )
            .Uncapped;
}
