using Microsoft.Extensions.Options;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Media;
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
            return NoPrice(model);

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
        if (Unpriced(request, rates) is { } unpriced)
            return unpriced;
        var wanted =
            request.OutputLimit
            ?? (request.Effort is null ? options.AnswerTokens : options.ThinkingAnswerTokens);
        var output = (int)Math.Min(Math.Min(wanted, model.MaxOutputTokens), room);
        var least = Math.Min(request.OutputLimit ?? options.LeastAnswerTokens, output);
        var terms = new TextPrice(rates, atMost, request.Media, request.Searches);
        var floor = terms.Ceiling(least);
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
            output = terms.LongestWithin(request.Budget, least, output);
        var ceiling = terms.Ceiling(output);
        return new Quote(
            Ids.New(),
            model.Id,
            price.Id,
            rates,
            NoCoefficient,
            Low: Money.Min(ceiling, terms.Likely(likely, Math.Min(output, ShortAnswer))),
            High: Money.Min(
                ceiling,
                terms.Likely(
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

    /// <summary>The price of what is no text; paid from the wallet. Problems as those of text, generation.too_long aside.</summary>
    public Outcome<Quote> For(ModelInfo model, MediaPlan plan)
    {
        if (model.Status == ModelStatus.Gone || !providers.IsAvailable(model))
            return new Problem(ProblemKind.Unavailable, "generation.unavailable", model.Name);
        var now = clock.GetUtcNow();
        if (catalog.PriceAt(model.Id, now) is not { } price)
            return NoPrice(model);
        var rates = price.Card.Freeze(now);
        if (plan.For(rates) is not { } planned)
            return plan.Sold(rates) is { Count: > 0 } sold
                ? new Problem(
                    ProblemKind.Invalid,
                    "generation.not_sold",
                    model.Name,
                    string.Join(", ", sold)
                )
                : NoPrice(model);
        var likely = Charge.Compute(rates, NoCoefficient, planned.Likely, NoCeiling).Uncapped;
        var most = Charge.Compute(rates, NoCoefficient, planned.AtMost, NoCeiling).Uncapped;
        return new Quote(
            Ids.New(),
            model.Id,
            price.Id,
            rates,
            NoCoefficient,
            Low: Money.Min(likely, most),
            High: most,
            most,
            MaxOutputTokens: 0
        );
    }

    /// <summary>A unit that the call can use and the card does not price would be an error at the end: it is one before the beginning.</summary>
    private static Problem? Unpriced(QuoteRequest request, RateCard rates)
    {
        if (
            request.Searches > 0
            && (!request.Model.Badges.Contains(Badges.Web) || Lacks(UnitKind.SearchCall))
        )
            return new Problem(ProblemKind.Invalid, "generation.no_search", request.Model.Name);
        return Lacks(UnitKind.Input) || Lacks(UnitKind.Output) || request.Media.Any(Lacks)
            ? NoPrice(request.Model)
            : null;

        bool Lacks(UnitKind unit) => rates.Find(unit, null, 0) is null;
    }

    private static Problem NoPrice(ModelInfo model) =>
        new(ProblemKind.Unavailable, "generation.no_price", model.Name);

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
}
