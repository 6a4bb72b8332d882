#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation;
using NetRoom.Kernel;
using QuoteMaker = NetRoom.Generation.Quotes.Quotes;

namespace NetRoom.Tests.Generation;

public sealed class QuotesTests
{
    private static readonly GenerationOptions Options = new();
    private static readonly Money Rich = Money.Roubles(1_000_000);

    [Fact]
    public void The_ceiling_is_never_above_the_budget_and_the_likely_price_never_above_the_ceiling() =>
        Repeat(
            (random, seed) =>
            {
                var budget = new Money(random.NextInt64(0, 20_000_000));
                if (Ask(random, budget) is not { } quote)
                    return;
                quote.Ceiling.ShouldBeLessThanOrEqualTo(budget, $"seed {seed}");
                quote.High.ShouldBeLessThanOrEqualTo(quote.Ceiling, $"seed {seed}");
                quote.Low.ShouldBeLessThanOrEqualTo(quote.High, $"seed {seed}");
                quote.MaxOutputTokens.ShouldBeInRange(1, Options.ThinkingAnswerTokens);
            }
        );

    [Fact]
    [BillingFailure(2, 15)]
    public void The_ceiling_covers_whatever_the_provider_may_count_within_the_limits() =>
        Repeat(
            (random, seed) =>
            {
                var size = new TextSize(random.Next(0, 400_000), random.Next(0, 100_000));
                var quote = Succeed(
                    Make(RandomCard(random)).For(new(FakeMarket.Model(1_000_000), size, null, Rich))
                );
                foreach (
                    var unit in new[]
                    {
                        UnitKind.Input,
                        UnitKind.CachedInput,
                        UnitKind.CacheWrite5m,
                    }
                )
                {
                    var usage = new Usage([
                        new UnitCount(unit, size.Tokens),
                        new UnitCount(UnitKind.Output, quote.MaxOutputTokens),
                    ]);
                    var charge = Charge.Compute(
                        quote.Rates,
                        quote.CoefficientPpm,
                        usage,
                        quote.Ceiling
                    );
                    charge.Uncapped.ShouldBeLessThanOrEqualTo(
                        quote.Ceiling,
                        $"seed {seed}, {unit}"
                    );
                }
            }
        );

    [Fact]
    public void A_longer_prompt_is_never_cheaper() =>
        Repeat(
            (random, seed) =>
            {
                var quotes = Make(RandomCard(random));
                var last = default(Quote);
                for (var length = 0; length < 2_000_000; length += random.Next(1, 300_000))
                {
                    var quote = Succeed(
                        quotes.For(
                            new(FakeMarket.Model(10_000_000), new TextSize(length, 0), null, Rich)
                        )
                    );
                    if (last is not null)
                    {
                        quote.Ceiling.ShouldBeGreaterThanOrEqualTo(last.Ceiling, $"seed {seed}");
                        quote.Low.ShouldBeGreaterThanOrEqualTo(last.Low, $"seed {seed}");
                    }

                    last = quote;
                }
            },
            times: 100
        );

    [Fact]
    public void A_smaller_budget_shortens_the_answer_until_it_is_not_worth_starting()
    {
        var quotes = Make(FakeMarket.Plain);
        var size = TextSize.Of(new string('a', 4_000));
        var last = Succeed(quotes.For(new(FakeMarket.Model(), size, null, Rich)));
        last.MaxOutputTokens.ShouldBe(Options.AnswerTokens);
        for (var budget = last.Ceiling; ; budget = new Money(budget.Micro * 9 / 10))
        {
            if (
                !quotes
                    .For(new(FakeMarket.Model(), size, null, budget))
                    .Succeeded(out var quote, out var problem)
            )
            {
                problem.Kind.ShouldBe(ProblemKind.PaymentNeeded);
                problem.Code.ShouldBe("billing.balance_short");
                problem.Args[1].ShouldBe(budget);
                ((Money)problem.Args[0]).ShouldBeGreaterThan(budget);
                // What it asks for is indeed enough.
                Succeed(quotes.For(new(FakeMarket.Model(), size, null, (Money)problem.Args[0])))
                    .MaxOutputTokens.ShouldBeGreaterThanOrEqualTo(Options.LeastAnswerTokens);
                break;
            }

            quote.MaxOutputTokens.ShouldBeLessThanOrEqualTo(last.MaxOutputTokens);
            quote.MaxOutputTokens.ShouldBeGreaterThanOrEqualTo(Options.LeastAnswerTokens);
            last = quote;
        }

        last.MaxOutputTokens.ShouldBeLessThan(400);
    }

    [Fact]
    public void The_longest_answer_that_the_budget_covers_is_the_one_that_is_offered() =>
        Repeat(
            (random, seed) =>
            {
                var quotes = Make(FakeMarket.Plain);
                var budget = new Money(random.NextInt64(100_000, 1_700_000));
                if (
                    !quotes
                        .For(new(FakeMarket.Model(), default, null, budget))
                        .Succeeded(out var quote, out _)
                )
                    return;
                var one = new Usage([
                    new UnitCount(UnitKind.Input, 64),
                    new UnitCount(UnitKind.Output, quote.MaxOutputTokens + 1),
                ]);
                if (quote.MaxOutputTokens < Options.AnswerTokens)
                    Charge
                        .Compute(quote.Rates, 1_000_000, one, Rich)
                        .Uncapped.ShouldBeGreaterThan(budget, $"seed {seed}");
            }
        );

    [Fact]
    public void A_prompt_that_leaves_no_room_for_an_answer_is_too_long()
    {
        var outcome = Make(FakeMarket.Plain)
            .For(new(FakeMarket.Model(8_000), new TextSize(32_000, 0), null, Rich));
        outcome.Succeeded(out _, out var problem).ShouldBeFalse();
        problem!.Code.ShouldBe("generation.too_long");
        problem.Args.ShouldBe([8_000L, 8_000]);
    }

    [Fact]
    public void A_long_prompt_shortens_the_answer_to_what_the_context_leaves()
    {
        var quote = Succeed(
            Make(FakeMarket.Plain)
                .For(new(FakeMarket.Model(8_000), new TextSize(20_000, 0), null, Rich))
        );
        // 5,000 tokens, a quarter more for the estimate's error, 64 for the frames of messages.
        quote.MaxOutputTokens.ShouldBe(8_000 - 6_250 - 64);
    }

    [Fact]
    public void Thinking_is_given_more_room() =>
        Succeed(
            Make(FakeMarket.Plain).For(new(FakeMarket.Model(output: 100_000), default, "low", Rich))
        )
            .MaxOutputTokens.ShouldBe(Options.ThinkingAnswerTokens);

    [Fact]
    public void A_model_that_cannot_be_run_has_no_price()
    {
        Code(Make((RateCard?)null), FakeMarket.Model()).ShouldBe("generation.no_price");
        Code(Make(FakeMarket.Plain), FakeMarket.Model(status: ModelStatus.Gone))
            .ShouldBe("generation.unavailable");
        Code(Make(new FakeMarket(FakeMarket.Plain) { HasKey = false }), FakeMarket.Model())
            .ShouldBe("generation.unavailable");
    }

    [Fact]
    public void A_free_model_costs_nothing_even_with_an_empty_wallet()
    {
        var free = new RateCard([new Rate(UnitKind.Input, 0), new Rate(UnitKind.Output, 0)]);
        Succeed(Make(free).For(new(FakeMarket.Model(), new TextSize(1_000, 0), null, Money.Zero)))
            .Ceiling.ShouldBe(Money.Zero);
    }

    private static void Repeat(Action<Random, int> check, int times = 400)
    {
        for (var seed = 1; seed <= times; seed++)
            check(new Random(seed), seed);
    }

    private static Quote? Ask(Random random, Money budget) =>
        Make(RandomCard(random))
            .For(
                new(
                    FakeMarket.Model(random.Next(4_000, 400_000), random.Next(500, 60_000)),
                    new TextSize(random.Next(0, 100_000), random.Next(0, 50_000)),
                    random.Next(2) == 0 ? null : "low",
                    budget
                )
            )
            .Succeeded(out var quote, out _)
            ? quote
            : null;

    /// <summary>Sometimes with cache writes that cost more than reading, sometimes dearer from a prompt length on.</summary>
    private static RateCard RandomCard(Random random)
    {
        var input = random.NextInt64(0, 1_000_000_000);
        var output = random.NextInt64(0, 5_000_000_000);
        List<Rate> rates =
        [
            new(UnitKind.Input, input),
            new(UnitKind.Output, output),
            new(UnitKind.CachedInput, input / 10),
        ];
        if (random.Next(2) == 0)
            rates.Add(new(UnitKind.CacheWrite5m, input * 5 / 4));
        if (random.Next(3) == 0)
            rates.AddRange([
                new(UnitKind.Input, input * 2, FromPromptTokens: 200_000),
                new(UnitKind.CacheWrite5m, input * 5 / 2, FromPromptTokens: 200_000),
                new(UnitKind.Output, output * 3 / 2, FromPromptTokens: 200_000),
            ]);
        return new RateCard(rates);
    }

    [Fact]
    [BillingFailure(2)]
    public void What_the_card_does_not_price_is_refused_before_it_is_used()
    {
        var web = FakeMarket.Model() with { Badges = [Badges.Web] };
        Problem(FakeMarket.Plain, web, it => it with { Media = [UnitKind.AudioInput] })
            .ShouldBe("generation.no_price");
        Problem(FakeMarket.Plain, web, it => it with { Media = [UnitKind.VideoInput] })
            .ShouldBe("generation.no_price");
        Problem(FakeMarket.Plain, web, it => it with { Searches = 1 })
            .ShouldBe("generation.no_search");
        Problem(Rich(), FakeMarket.Model(), it => it with { Searches = 1 })
            .ShouldBe("generation.no_search", "the price alone does not make it search");
        Problem(
                new([.. FakeMarket.Plain.Rates.Where(rate => rate.Unit == UnitKind.Input)]),
                web,
                it => it
            )
            .ShouldBe("generation.no_price");
        Problem(Rich(), web, it => it with { Searches = 1, Media = [UnitKind.AudioInput] })
            .ShouldBeNull();

        static RateCard Rich() =>
            new([
                .. FakeMarket.Plain.Rates,
                new Rate(UnitKind.AudioInput, 90_000_000),
                new Rate(UnitKind.SearchCall, 1_000_000_000_000),
            ]);

        static string? Problem(
            RateCard card,
            ModelInfo model,
            Func<QuoteRequest, QuoteRequest> change
        ) =>
            Make(card)
                .For(change(new(model, new TextSize(400, 0), null, QuotesTests.Rich)))
                .Problem?.Code;
    }

    [Fact]
    [BillingFailure(2)]
    public void The_ceiling_covers_every_search_and_a_prompt_that_is_all_sound()
    {
        var card = new RateCard([
            .. FakeMarket.Plain.Rates,
            new Rate(UnitKind.AudioInput, 90_000_000),
            new Rate(UnitKind.SearchCall, 1_000_000_000_000),
        ]);
        var quote = Succeed(
            Make(card)
                .For(
                    new(
                        FakeMarket.Model() with
                        {
                            Badges = [Badges.Web],
                        },
                        new TextSize(40_000, 0),
                        null,
                        Rich
                    )
                    {
                        Media = [UnitKind.AudioInput],
                        Searches = 3,
                    }
                )
        );
        var used = new Usage([
            new UnitCount(UnitKind.AudioInput, 12_500),
            new UnitCount(UnitKind.Output, quote.MaxOutputTokens),
            new UnitCount(UnitKind.SearchCall, 3),
        ]);
        Charge
            .Compute(quote.Rates, quote.CoefficientPpm, used, quote.Ceiling)
            .Uncapped.ShouldBeLessThanOrEqualTo(quote.Ceiling);
        quote.Low.ShouldBeLessThanOrEqualTo(quote.High);
    }

    private static QuoteMaker Make(RateCard? rates) => Make(new FakeMarket(rates));

    private static QuoteMaker Make(FakeMarket market) =>
        new(
            market,
            market,
            Microsoft.Extensions.Options.Options.Create(Options),
            Microsoft.Extensions.Options.Options.Create(new FundingOptions()),
            TimeProvider.System
        );

    private static Quote Succeed(Outcome<Quote> outcome)
    {
        outcome.Succeeded(out var quote, out var problem).ShouldBeTrue(problem?.Code);
        return quote!;
    }

    private static string? Code(QuoteMaker quotes, ModelInfo model) =>
        quotes.For(new(model, default, null, Rich)).Problem?.Code;
}
