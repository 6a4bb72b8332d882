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
    IOptions<FundingOptions> funding,
    TimeProvider clock
)
{
    private const int NoCoefficient = 1_000_000;
    private static readonly Money NoCeiling = new(long.MaxValue);
    private readonly GenerationOptions options = options.Value;

    public Outcome<Quote> For(QuoteRequest request)
    {
        var model = request.Model;
        if (model.Status == ModelStatus.Gone || !providers.IsAvailable(model))
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
        var floor = Ceiling(rates, atMost, least);
        if (Payer(request, floor, atMost + least) is not { } payer)
            return new Problem(
                ProblemKind.PaymentNeeded,
                "billing.balance_short",
                floor,
                request.Budget
            );

        if (payer.TokensLeft is { } tokens)
            output = (int)Math.Min(output, tokens - atMost);
        else if (payer.Kind == FundingKind.Wallet)
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
        )
        {
            Funding = payer.Kind switch
            {
                FundingKind.Wallet => Funding.Wallet,
                FundingKind.Pack => new Funding(
                    payer.Kind,
                    payer.ProductId,
                    Tokens: atMost + output
                ),
                _ => new Funding(payer.Kind, payer.ProductId, payer.EntitlementId),
            },
        };
    }

    private sealed record Source(
        FundingKind Kind,
        string? ProductId = null,
        Guid? EntitlementId = null,
        long? TokensLeft = null
    );

    /// <summary>The first in the operator's order that can pay for the shortest answer; a free model needs none of them.</summary>
    private Source? Payer(QuoteRequest request, Money floor, long leastTokens)
    {
        if (floor.IsZero)
            return new Source(FundingKind.Wallet);
        foreach (var kind in funding.Value.InOrder)
        {
            if (kind == FundingKind.Wallet)
            {
                if (floor <= request.Budget)
                    return new Source(kind);
                continue;
            }

            foreach (var owned in request.Entitlements)
                if (
                    owned.Product.Funds == kind
                    && owned.Product.Covers(request.Model)
                    && owned.Starts <= clock.GetUtcNow()
                    && owned.HasUnit
                    && (owned.TokensLeft is not { } left || left >= leastTokens)
                )
                    return new Source(
                        kind,
                        owned.Product.Id,
                        kind == FundingKind.Pack ? null : owned.Id,
                        kind == FundingKind.Pack ? TokensOf(request, owned.Product.Id) : null
                    );
        }

        return null;
    }

    /// <summary>A hold may take from several packs of one product.</summary>
    private static long TokensOf(QuoteRequest request, string productId) =>
        request.Entitlements.Where(it => it.Product.Id == productId).Sum(it => it.TokensLeft ?? 0);

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
