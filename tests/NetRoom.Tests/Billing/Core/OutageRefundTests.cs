using NetRoom.Billing.Core;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing.Core;

public sealed class OutageRefundTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly RefundSubject.Term Month = new(
        Start,
        Start.AddDays(30),
        PriceReal: Money.Roubles(270),
        PriceBonus: Money.Roubles(30)
    );

    private static DateTimeOffset Hour(double hour) => Start.AddHours(hour);

    private static Downtime Down(
        double from,
        double? until,
        DowntimeProof proof = DowntimeProof.Measured
    ) => new(Hour(from), until is { } hour ? Hour(hour) : null, proof);

    private static RefundDecision Ask(DateTimeOffset at, params Downtime[] downtimes) =>
        AskFor(Month, at, downtimes);

    private static RefundDecision AskFor(
        RefundSubject subject,
        DateTimeOffset at,
        params Downtime[] downtimes
    ) =>
        RefundRules.Decide(
            new RefundFacts(RefundAsk.Outage, at, new AccountStanding(), subject)
            {
                Downtimes = [.. downtimes],
            }
        );

    private static void Nothing(RefundDecision decision, string code) =>
        (decision.Code, decision.IsDue, decision.ToBalance, decision.Bonus).ShouldBe(
            (code, false, Money.Zero, Money.Zero)
        );

    private static void Share(RefundDecision decision, long kopecksReal, long kopecksBonus) =>
        (decision.Code, decision.ToBalance, decision.Bonus).ShouldBe(
            (RefundClause.OutageShare, Money.Kopecks(kopecksReal), Money.Kopecks(kopecksBonus))
        );

    [Fact]
    public void A_day_down_of_thirty_returns_a_thirtieth_of_each_share() =>
        Share(Ask(Hour(60), Down(24, 48)), 900, 100);

    [Fact]
    public void Exactly_24_hours_count_and_a_tick_less_does_not()
    {
        Ask(Hour(60), Down(24, 48)).IsDue.ShouldBeTrue();
        Nothing(
            Ask(Hour(60), new Downtime(Hour(24).AddTicks(1), Hour(48), DowntimeProof.Measured)),
            RefundClause.OutageShort
        );
    }

    [Fact]
    public void Exactly_72_hours_after_the_return_is_in_time_and_a_tick_later_is_late()
    {
        Ask(Hour(48 + 72), Down(24, 48)).IsDue.ShouldBeTrue();
        Nothing(Ask(Hour(48 + 72).AddTicks(1), Down(24, 48)), RefundClause.OutageLate);
    }

    [Fact]
    public void Two_outages_of_20_hours_do_not_add_up_unless_they_touch()
    {
        Nothing(Ask(Hour(60), Down(0, 20), Down(21, 41)), RefundClause.OutageShort);
        Share(Ask(Hour(60), Down(20, 40), Down(0, 20)), 1_500, 166 + 0);
    }

    [Fact]
    public void An_outage_that_goes_on_counts_from_its_start_once_it_is_a_day_long()
    {
        Nothing(Ask(Hour(24).AddTicks(-1), Down(0, null)), RefundClause.OutageShort);
        Share(Ask(Hour(24), Down(0, null)), 900, 100);
        Share(Ask(Hour(48), Down(0, null)), 1_800, 200);
    }

    [Fact]
    public void One_who_asks_during_an_outage_is_answered_by_what_was_measured_in_the_end()
    {
        Share(Ask(Hour(5), Down(0, 30)), 1_125, 125);
        // A claim reaches no further than the asking, and what has not begun is not asked about.
        Nothing(Ask(Hour(5), Down(0, 30, DowntimeProof.Evidence)), RefundClause.OutageShort);
        Nothing(Ask(Hour(5), Down(6, 40)), RefundClause.OutageUnproven);
    }

    [Fact]
    public void A_claim_counts_with_evidence_and_completes_what_was_measured()
    {
        Nothing(Ask(Hour(60), Down(24, 48, DowntimeProof.None)), RefundClause.OutageUnproven);
        Nothing(Ask(Hour(60)), RefundClause.OutageUnproven);
        Share(Ask(Hour(60), Down(24, 48, DowntimeProof.Evidence)), 900, 100);
        Share(Ask(Hour(60), Down(24, 40), Down(36, 48, DowntimeProof.Evidence)), 900, 100);
    }

    [Fact]
    public void An_outage_is_refunded_once_and_only_for_its_time_within_the_term()
    {
        Nothing(Ask(Hour(60), Down(24, 48) with { Settled = true }), RefundClause.OutageSettled);
        // Half of its 48 hours were before the term.
        Share(Ask(Hour(60), Down(-24, 24)), 900, 100);
        Nothing(Ask(Hour(1), Down(-30, -2)), RefundClause.OutageNoShare);
    }

    [Fact]
    public void No_more_comes_back_than_was_not_returned_and_a_whole_term_down_returns_it_all()
    {
        var partly = Month with { ReturnedReal = Money.Roubles(265) };
        Share(AskFor(partly, Hour(60), Down(24, 48)), 500, 100);
        Nothing(
            AskFor(
                Month with
                {
                    ReturnedReal = Month.PriceReal,
                    ReturnedBonus = Month.PriceBonus,
                },
                Hour(60),
                Down(24, 48)
            ),
            RefundClause.OutageNoShare
        );
        Share(Ask(Start.AddDays(31), Down(-5, null)), 27_000, 3_000);
    }

    [Fact]
    public void A_term_that_cannot_be_is_left_to_an_operator_and_the_largest_price_fits()
    {
        Nothing(AskFor(Month with { Ends = Start }, Hour(60)), RefundClause.FiguresWrong);
        Nothing(
            AskFor(Month with { ReturnedBonus = Money.Roubles(31) }, Hour(60)),
            RefundClause.FiguresWrong
        );
        var huge = new RefundSubject.Term(
            DateTimeOffset.MinValue,
            DateTimeOffset.MaxValue,
            new(long.MaxValue),
            default
        );
        AskFor(
            huge,
            DateTimeOffset.MaxValue,
            new Downtime(DateTimeOffset.MinValue, null, DowntimeProof.Measured)
        )
            .ToBalance.ShouldBe(new Money(long.MaxValue));
    }

    [Fact]
    public void On_a_balance_an_outage_returns_the_unspent_money_even_if_it_was_short()
    {
        var topUp = new RefundSubject.TopUp(
            Money.Roubles(500),
            default,
            default,
            Refundable: true,
            Start,
            BurnClass.Real,
            Money.Roubles(120)
        );
        var decision = AskFor(topUp, Hour(60), Down(24, 30));
        (decision.Code, decision.ToInstrument).ShouldBe(
            (RefundClause.TopUpUnspent, Money.Roubles(120))
        );
    }
}
