using FsCheck;
using FsCheck.Fluent;
using NetRoom.Billing.Core;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing.Core;

public sealed class RefundRulesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly AccountStanding Good = new();

    private static readonly RefundSubject.TopUp TopUp = new(
        Amount: Money.Roubles(1_000),
        Refunded: default,
        ChargedBack: default,
        Refundable: true,
        PaidAt: At.AddDays(-30),
        Class: BurnClass.Real,
        Available: new Money(345_678_900)
    );

    private static readonly RefundSubject.Charge Charge = new(
        At.AddDays(-1),
        Real: Money.Roubles(70),
        Bonus: Money.Roubles(30)
    );

    private static RefundDecision Ask(
        RefundSubject? subject,
        AccountStanding? account = null,
        RefundReason reason = RefundReason.Other
    ) =>
        RefundRules.Decide(
            new RefundFacts(
                subject switch
                {
                    RefundSubject.Charge => RefundAsk.Charge,
                    RefundSubject.Pack => RefundAsk.Pack,
                    RefundSubject.Plan => RefundAsk.Plan,
                    RefundSubject.Term => RefundAsk.Outage,
                    _ => RefundAsk.TopUp,
                },
                At,
                account ?? Good,
                subject,
                reason
            )
        );

    private static void Nothing(RefundDecision decision, string code)
    {
        (decision.Code, decision.ToInstrument, decision.ToBalance, decision.Bonus).ShouldBe(
            (code, Money.Zero, Money.Zero, Money.Zero)
        );
        decision.IsDue.ShouldBeFalse();
    }

    private static void Returned(RefundDecision decision, string code)
    {
        (decision.Code, decision.ToBalance, decision.Bonus).ShouldBe(
            (code, Money.Roubles(70), Money.Roubles(30))
        );
        decision.IsDue.ShouldBeTrue();
    }

    [Fact]
    [Invariant(26)]
    public void The_unspent_part_of_a_top_up_goes_back_to_the_card_in_whole_kopecks()
    {
        var decision = Ask(TopUp);
        decision.Code.ShouldBe(RefundClause.TopUpUnspent);
        // 345.6789 ₽ is left; 0.0089 ₽ of it stays in the lot.
        decision.ToInstrument.ShouldBe(Money.Kopecks(34_567));
        (decision.ToBalance, decision.Bonus).ShouldBe((Money.Zero, Money.Zero));
    }

    [Fact]
    public void A_top_up_returns_at_most_what_its_payment_has_left()
    {
        Ask(TopUp with { Refunded = Money.Roubles(600), ChargedBack = Money.Roubles(300) })
            .ToInstrument.ShouldBe(Money.Roubles(100));
        Nothing(
            Ask(TopUp with { Refunded = Money.Roubles(600), ChargedBack = Money.Roubles(1_000) }),
            RefundClause.PaymentReturned
        );
    }

    [Fact]
    public void A_debt_left_by_a_chargeback_is_covered_before_anything_is_returned()
    {
        Ask(TopUp, new AccountStanding(OwedReal: Money.Roubles(300)))
            .ToInstrument.ShouldBe(Money.Kopecks(4_567));
        Nothing(
            Ask(TopUp, new AccountStanding(OwedReal: Money.Roubles(346))),
            RefundClause.DebtCoversRest
        );
    }

    [Fact]
    public void Bonus_compensation_a_spent_top_up_and_one_that_cannot_be_returned_give_nothing()
    {
        Nothing(Ask(TopUp with { Class = BurnClass.Bonus }), RefundClause.NotMoney);
        Nothing(Ask(TopUp with { Class = BurnClass.Compensation }), RefundClause.NotMoney);
        Nothing(Ask(TopUp with { Refundable = false }), RefundClause.NotRefundable);
        Nothing(Ask(TopUp with { Available = Money.Zero }), RefundClause.TopUpSpent);
        Nothing(Ask(TopUp with { Available = new(9_999) }), RefundClause.TopUpSpent);
        Ask(TopUp with { Available = new(10_000) }).ToInstrument.ShouldBe(Money.Kopecks(1));
    }

    [Fact]
    public void Figures_of_a_top_up_that_cannot_be_are_left_to_an_operator()
    {
        Nothing(Ask(TopUp with { Available = new(-1) }), RefundClause.FiguresWrong);
        Nothing(Ask(TopUp with { Refunded = new(long.MinValue) }), RefundClause.FiguresWrong);
        Nothing(Ask(TopUp with { Available = Money.Roubles(1_001) }), RefundClause.FiguresWrong);
        Nothing(Ask(TopUp with { PaidAt = At.AddTicks(1) }), RefundClause.FiguresWrong);
        var huge = TopUp with { Amount = new(long.MaxValue), Available = new(long.MaxValue) };
        Ask(huge).ToInstrument.ShouldBe(new Money(long.MaxValue / 10_000 * 10_000));
        Nothing(
            Ask(huge with { Refunded = new(long.MaxValue), ChargedBack = new(long.MaxValue) }),
            RefundClause.PaymentReturned
        );
    }

    [Fact]
    public void A_double_or_mistaken_charge_comes_back_in_full_as_what_it_was()
    {
        Returned(Ask(Charge with { RunPaidTwice = true }), RefundClause.RunPaidTwice);
        Returned(Ask(Charge with { RunFailed = true }), RefundClause.RunFailed);
        Returned(Ask(Charge with { Mistaken = true }), RefundClause.Mistaken);
    }

    [Fact]
    public void The_same_purchase_within_ten_minutes_is_a_double_one_and_a_tick_later_is_not()
    {
        var second = Charge with { TwinAt = Charge.At.AddMinutes(-10) };
        Returned(Ask(second), RefundClause.BoughtTwice);
        Nothing(
            Ask(second with { TwinAt = second.TwinAt.Value.AddTicks(-1) }),
            RefundClause.ChargeRight
        );
    }

    [Fact]
    public void Of_a_charge_returned_in_part_the_rest_comes_back_and_of_one_returned_nothing()
    {
        var wrong = Charge with { RunFailed = true, ReturnedReal = Money.Roubles(20) };
        Ask(wrong).ToBalance.ShouldBe(Money.Roubles(50));
        Nothing(
            Ask(wrong with { ReturnedReal = Money.Roubles(70), ReturnedBonus = Money.Roubles(30) }),
            RefundClause.ChargeReturned
        );
        Nothing(Ask(wrong with { ReturnedReal = Money.Roubles(71) }), RefundClause.FiguresWrong);
    }

    [Fact]
    public void Neither_taste_nor_a_changed_mind_returns_what_was_used()
    {
        Nothing(Ask(Charge, reason: RefundReason.Taste), RefundClause.Taste);
        Nothing(Ask(Charge, reason: RefundReason.ChangedMind), RefundClause.ChangedMind);
        Nothing(Ask(Charge), RefundClause.ChargeRight);
        // A real mistake outweighs how it was described.
        Returned(
            Ask(Charge with { RunFailed = true }, reason: RefundReason.Taste),
            RefundClause.RunFailed
        );
        // Unspent money needs no reason.
        Ask(TopUp, reason: RefundReason.ChangedMind).IsDue.ShouldBeTrue();
    }

    [Fact]
    public void A_deleted_and_a_sanctioned_account_get_nothing_whatever_they_ask()
    {
        foreach (var subject in new RefundSubject?[] { TopUp, Charge, null })
        {
            Nothing(
                Ask(subject, new AccountStanding(Deleted: true, Sanctioned: true)),
                RefundClause.AccountDeleted
            );
            Nothing(
                Ask(subject, new AccountStanding(Sanctioned: true)),
                RefundClause.AccountSanctioned
            );
        }
    }

    [Fact]
    public void What_is_asked_must_be_what_was_bought()
    {
        Nothing(Ask(null), RefundClause.NoPurchase);
        Nothing(
            RefundRules.Decide(new RefundFacts(RefundAsk.Pack, At, Good, TopUp)),
            RefundClause.NoPurchase
        );
    }

    [Fact]
    public void Every_clause_that_was_looked_at_is_listed_in_its_order()
    {
        Ask(Charge with { RunFailed = true })
            .Findings.ShouldBe([
                new(RefundClause.AccountExists, Verdict.Passed),
                new(RefundClause.AccountInOrder, Verdict.Passed),
                new(RefundClause.PurchaseFound, Verdict.Passed),
                new(RefundClause.FiguresAgree, Verdict.Passed),
                new(RefundClause.ChargeStands, Verdict.Passed),
                new(RefundClause.RunPaidOnce, Verdict.NotMet),
                new(RefundClause.BoughtOnce, Verdict.NotMet),
                new(RefundClause.RunFailed, Verdict.Due),
            ]);
        Ask(TopUp, new AccountStanding(Sanctioned: true))
            .Findings.ShouldBe([
                new(RefundClause.AccountExists, Verdict.Passed),
                new(RefundClause.AccountSanctioned, Verdict.Refused),
            ]);
    }

    private static readonly Arbitrary<(RefundSubject.TopUp TopUp, Money Owed)> Payments = (
        from amount in Gen.Choose(0, 100)
        from available in Gen.Choose(0, amount * 10_000)
        from refunded in Gen.Choose(0, amount)
        from back in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, amount))
        from owed in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 500_000))
        select (
            TopUp with
            {
                Amount = Money.Kopecks(amount),
                Refunded = Money.Kopecks(refunded),
                ChargedBack = Money.Kopecks(back),
                Available = new(available),
            },
            new Money(owed)
        )
    ).ToArbitrary();

    [Fact]
    public void A_payment_never_returns_more_than_it_has_left_nor_a_part_of_a_kopeck() =>
        Prop.ForAll(
                Payments,
                paid =>
                {
                    var (payment, owed) = paid;
                    var due = Ask(payment, new AccountStanding(OwedReal: owed)).ToInstrument;
                    var left = payment.Amount - payment.Refunded - payment.ChargedBack;
                    return due >= Money.Zero
                        && due <= Money.Max(Money.Zero, left)
                        && due <= payment.Available
                        && due.Micro % Money.MicroPerKopeck == 0;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void More_unspent_money_never_returns_less() =>
        Prop.ForAll(
                Payments,
                paid =>
                {
                    var (payment, owed) = paid;
                    var more = Money.Min(payment.Amount, payment.Available + new Money(7_001));
                    var account = new AccountStanding(OwedReal: owed);
                    return Ask(payment, account).ToInstrument
                        <= Ask(payment with { Available = more }, account).ToInstrument;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}
