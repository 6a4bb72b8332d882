using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing.Faults;

/// <summary>Faults of order and of time, each told to the functions as it would come.</summary>
[Collection(PostgresCollection.Name)]
public sealed class FaultStories(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private Task ToldAsync(string story) =>
        LedgerScript.RunAsync(ledger.Database.ConnectionString, story);

    [Fact]
    [Fault(15)]
    [Invariant(16, 19)]
    public Task One_payment_under_two_events_or_with_another_body_is_credited_once() =>
        ToldAsync(
            """
            top_up(1, 301, 10000, 'x') -> credited
            top_up(1, 302, 10000, 'x') -> replayed
            top_up(1, 302, 20000, 'x') -> reused
            top_up(1, 301, 10000, 'y') -> reused
            top_up(2, 302, 10000, 'x') -> reused
            wallet(1) -> avail 10000
            say((SELECT count(*) FROM billing.wallet AS w WHERE w.account_id = t.u(2))) -> 0
            """
        );

    [Fact]
    [Fault(16)]
    public Task News_of_a_payment_for_a_closed_wallet_or_of_none_changes_nothing() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            hold(101, 1, 1000000) -> held 0
            take(101, 1000000) -> done 1000000
            say((billing.anonymise(t.u(1))).outcome) -> anonymised
            say(billing.charge_back(t.u(401), 'bank', 'c', t.u(301), 1000000, NULL)) -> done
            say((SELECT w.debt_real FROM billing.wallet AS w WHERE w.account_id IS NULL)) -> 1000000
            say((billing.start_refund(t.u(402), t.u(403), t.u(301), 10000, 'asked', NULL, '2030-02-01')).outcome) -> closed
            say(billing.charge_back(t.u(404), 'bank', 'd', t.u(999), 1000000, NULL)) -> no_payment
            give(2, 21, 3, 100) -> granted
            UPDATE billing.wallet SET status = 2 WHERE account_id = t.u(2)
            top_up(2, 302, 10000) -> closed
            wallet(2) -> avail 100
            """
        );

    [Fact]
    [Fault(17)]
    [BillingFailure(17, 21)]
    public Task A_result_that_comes_twice_late_or_after_its_opposite_is_booked_once() =>
        ToldAsync(
            """
            give(1, 11, 3, 1000) -> granted
            hold(101, 1, 100) -> held 0
            take(101, 60) -> done 60
            take(101, 60) -> replayed 60
            release(101) -> replayed 60
            hold(102, 1, 100) -> held 0
            release(102) -> done 0
            take(102, 60) -> replayed 0
            say(billing.late_success(t.u(102), 60)) -> done
            say(billing.late_success(t.u(102), 60)) -> replayed
            say(billing.late_success(t.u(101), 60)) -> not_released
            wallet(1) -> avail 940
            """
        );

    [Fact]
    [Fault(20)]
    [Invariant(31)]
    public Task A_bonus_that_is_voided_while_it_is_held_is_owed_if_spent_and_gone_if_not() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            hold(101, 1, 40) -> held 0
            hold(102, 1, 30) -> held 0
            say((billing.void(t.u(11), t.u(201), 'error', NULL)).outcome) -> voided
            lot(11) -> held 70, voided 30, poisoned 70
            hold(103, 1, 1) -> short 0
            take(101, 25) -> done 25
            lot(11) -> held 30, spent 25, voided 45, clawed 25, poisoned 30
            release(102) -> done 0
            lot(11) -> spent 25, voided 75, clawed 25
            wallet(1) -> debt_bonus 25
            say((billing.void(t.u(11), t.u(203), 'error', NULL)).outcome) -> replayed
            """
        );

    [Fact]
    [Fault(20)]
    [Invariant(32)]
    public Task A_chargeback_while_money_is_held_takes_what_comes_back_and_is_owed_the_rest() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            hold(101, 1, 700000) -> held 0
            say(billing.charge_back(t.u(401), 'bank', 'c', t.u(301), 1000000, NULL)) -> done
            paid(301) -> held 700000, charged_back 300000, poisoned 700000; charged_back 1000000
            take(101, 500000) -> done 500000
            paid(301) -> spent 500000, charged_back 500000; charged_back 1000000
            wallet(1) -> debt_real 500000
            hold(102, 1, 1) -> debt 0
            """
        );

    [Fact]
    [Fault(19)]
    [Invariant(25)]
    public Task A_refund_and_a_chargeback_of_one_payment_leave_the_overlap_as_a_debt() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            say((billing.start_refund(t.u(401), t.u(402), t.u(301), 600000, 'asked', NULL, '2030-02-01')).outcome) -> started
            say((billing.start_refund(t.u(403), t.u(404), t.u(301), 500000, 'asked', NULL, '2030-02-01')).outcome) -> too_much
            hold(101, 1, 500000) -> short 400000
            say(billing.finish_refund(t.u(401), true)) -> done
            say(billing.finish_refund(t.u(401), false)) -> replayed
            say(billing.charge_back(t.u(405), 'bank', 'c', t.u(301), 1000000, NULL)) -> done
            paid(301) -> refunded 600000, charged_back 400000; refunded 600000, charged_back 1000000
            wallet(1) -> debt_real 600000
            say(billing.return_refund(t.u(401))) -> done
            wallet(1) -> nothing
            """
        );

    [Fact]
    [Fault(22)]
    [Invariant(33)]
    public Task A_debt_is_repaid_by_the_next_credit_before_anything_is_spent() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            hold(101, 1, 1000000) -> held 0
            take(101, 1000000) -> done 1000000
            say(billing.charge_back(t.u(401), 'bank', 'c', t.u(301), 1000000, NULL)) -> done
            top_up(1, 302, 400000) -> credited
            hold(102, 1, 1) -> debt 0
            top_up(1, 303, 800000) -> credited
            wallet(1) -> avail 200000
            hold(103, 1, 200001) -> short 200000
            hold(104, 1, 200000) -> held 0
            kinds(1) -> Grant 1000000, Hold 0, Capture -1000000, Chargeback 0, Grant 400000, Repay -400000, Grant 800000, Repay -600000, Hold 0
            """
        );

    [Fact]
    [Fault(24)]
    [Invariant(21, 22)]
    public Task Of_a_charge_over_three_classes_a_chargeback_owes_only_the_real_part() =>
        ToldAsync(
            """
            give(1, 11, 1, 100000) -> granted
            give(1, 12, 2, 100000) -> granted
            top_up(1, 301, 1000000) -> credited
            hold(101, 1, 700000) -> held 0
            take(101, 300000) -> done 300000
            lot(11) -> spent 100000
            lot(12) -> spent 100000
            paid(301) -> avail 900000, spent 100000; nothing
            say(billing.charge_back(t.u(401), 'bank', 'c', t.u(301), 1000000, NULL)) -> done
            wallet(1) -> debt_real 100000
            lot(11) -> spent 100000
            """
        );

    [Fact]
    [Fault(28)]
    [Invariant(38)]
    public Task Days_of_a_wallet_follow_its_own_zone_over_changes_of_the_clock_leap_days_and_years() =>
        ToldAsync(
            """
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, day_limit) VALUES ('free', 1, 4, 'F', 'F', '{}', 0, 1)
            give(1, 11, 3, 100) -> granted
            UPDATE billing.wallet SET tz = 'America/New_York' WHERE account_id = t.u(1)
            clock('2032-02-29 04:59:59.999+00')
            unit(101, 1, 51) -> held 0
            unit(102, 1, 51) -> day_limit 0
            clock('2032-02-29 05:00+00')
            unit(103, 1, 51) -> held 0
            clock('2032-03-01 04:59:59+00')
            unit(104, 1, 51) -> day_limit 0
            clock('2032-03-01 05:00+00')
            unit(105, 1, 51) -> held 0
            clock('2032-03-15 03:59:59+00')
            unit(106, 1, 51) -> held 0
            clock('2032-03-15 04:00+00')
            unit(107, 1, 51) -> held 0
            clock('2032-12-31 23:00+00')
            unit(108, 1, 51) -> held 0
            clock('2033-01-01 05:00+00')
            unit(109, 1, 51) -> held 0
            clock('2032-12-31 23:30+00')
            unit(110, 1, 51) -> day_limit 0
            quota(51) -> D 2032-02-28 0 1, D 2032-02-29 0 1, D 2032-03-01 0 1, D 2032-03-14 0 1, D 2032-03-15 0 1, D 2032-12-31 0 1, D 2033-01-01 0 1
            """
        );

    [Fact]
    [Fault(29)]
    [Invariant(14, 39)]
    public Task A_unit_is_of_the_day_and_period_of_its_hold_whenever_it_ends() =>
        ToldAsync(
            """
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, period_limit, day_limit) VALUES ('free', 1, 4, 'F', 'F', '{}', 0, 9, 2)
            clock('2030-01-31 20:59:59.999+00')
            unit(101, 1, 51) -> held 0
            unit(102, 1, 51) -> held 0
            unit(103, 1, 51) -> day_limit 0
            clock('2030-01-31 21:00:00.001+00')
            take(101, 0) -> done 1
            quota(51) -> D 2030-01-31 1 1, P 2030-01-31 1 1
            clock('2030-02-28 12:00+00')
            release(102) -> done 0
            quota(51) -> D 2030-01-31 1 0, P 2030-01-31 1 0
            """
        );

    [Fact]
    [Fault(30)]
    public Task Another_zone_twice_a_day_gives_no_second_daily_limit() =>
        ToldAsync(
            """
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, day_limit) VALUES ('free', 1, 4, 'F', 'F', '{}', 0, 1)
            give(1, 11, 3, 100) -> granted
            UPDATE billing.wallet SET tz = 'Pacific/Kiritimati' WHERE account_id = t.u(1)
            unit(101, 1, 51) -> held 0
            UPDATE billing.wallet SET tz = 'America/New_York' WHERE account_id = t.u(1)
            unit(102, 1, 51) -> day_limit 0
            UPDATE billing.wallet SET tz = 'Pacific/Kiritimati' WHERE account_id = t.u(1)
            unit(103, 1, 51) -> day_limit 0
            quota(51) -> D 2030-01-16 0 1
            """
        );

    [Fact]
    [Fault(42)]
    public Task A_person_with_an_open_hold_or_refund_is_not_erased_and_one_with_a_debt_is() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            hold(101, 1, 400000) -> held 0
            say((billing.anonymise(t.u(1))).outcome) -> busy
            take(101, 400000) -> done 400000
            say((billing.start_refund(t.u(401), t.u(402), t.u(301), 10000, 'asked', NULL, '2030-02-01')).outcome) -> started
            say((billing.anonymise(t.u(1))).outcome) -> busy
            say(billing.finish_refund(t.u(401), false)) -> done
            say(billing.charge_back(t.u(403), 'bank', 'c', t.u(301), 1000000, NULL)) -> done
            wallet(1) -> debt_real 400000
            say((billing.anonymise(t.u(1))).debt_real) -> 400000
            say((billing.anonymise(t.u(1))).outcome) -> no_wallet
            """
        );

    [Fact]
    [BillingFailure(20, 22)]
    [Invariant(24)]
    public Task A_charge_is_given_back_once_and_never_more_than_it_took_nor_as_another_class() =>
        ToldAsync(
            """
            give(1, 11, 1, 60) -> granted
            give(1, 12, 3, 100) -> granted
            hold(101, 1, 100) -> held 0
            take(101, 100) -> done 100
            say(billing.return_charge(t.u(201), t.u(101), 50, 50, 'double', NULL)) -> too_much
            say(billing.return_charge(t.u(201), t.u(101), 41, 0, 'double', NULL)) -> too_much
            say(billing.return_charge(t.u(201), t.u(101), 30, 60, 'double', NULL)) -> returned
            say(billing.return_charge(t.u(201), t.u(101), 30, 60, 'double', NULL)) -> replayed
            say(billing.return_charge(t.u(201), t.u(101), 30, 61, 'double', NULL)) -> reused
            say(billing.return_charge(t.u(202), t.u(101), 11, 0, 'double', NULL)) -> too_much
            lot(11) -> avail 60
            lot(12) -> avail 90, spent 10
            """
        );

    [Fact]
    [BillingFailure(25)]
    public Task Expiry_and_renewal_touch_only_their_own_lots_and_a_claim_is_never_above_the_payment() =>
        ToldAsync(
            """
            give(1, 11, 1, 60, '2030-01-15 13:00+00') -> granted
            give(1, 12, 1, 70, '2030-01-15 14:00+00') -> granted
            top_up(1, 301, 1000000) -> credited
            clock('2030-01-15 13:00+00')
            say(billing.expire(10)) -> 1
            say(billing.expire(10)) -> 0
            lot(11) -> expired 60
            lot(12) -> avail 70
            paid(301) -> avail 1000000; nothing
            say(billing.charge_back(t.u(401), 'bank', 'c', t.u(301), 600000, NULL)) -> done
            say(billing.charge_back(t.u(402), 'bank', 'd', t.u(301), 500000, NULL)) -> too_much
            say(billing.charge_back(t.u(401), 'bank', 'c', t.u(301), 600000, NULL)) -> replayed
            paid(301) -> avail 400000, charged_back 600000; charged_back 600000
            """
        );
}
