using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing;

/// <summary>Expiry, corrections, write-offs and late success: the guards of Functions/06 by cases that need them.</summary>
[Collection(PostgresCollection.Name)]
public sealed class CorrectionGuardTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private Task ToldAsync(string story) =>
        LedgerScript.RunAsync(ledger.Database.ConnectionString, UnitGuardTests.Shop + story);

    [Fact]
    public Task What_expires_is_booked_once_and_only_what_is_not_held() =>
        ToldAsync(
            """
            give(1, 11, 1, 100, '2030-01-15 13:00+00') -> granted
            give(1, 12, 2, 100, '2030-01-15 13:00+00') -> granted
            give(1, 13, 1, 100, '2030-01-15 14:00+00') -> granted
            give(2, 14, 1, 100, '2030-01-15 12:30+00') -> granted
            give(3, 15, 1, 100) -> granted
            give(4, 16, 1, 100, '2030-01-15 13:30+00') -> granted
            hold(101, 2, 100) -> held 0
            hold(102, 1, 40) -> held 0
            say(billing.expire(10)) -> 0
            clock('2030-01-15 13:00+00')
            say(billing.expire(1)) -> 1
            say(billing.expire(10)) -> 0
            lot(11) -> held 40, expired 60
            lot(12) -> expired 100
            lot(13) -> avail 100
            release(102) -> done 0
            lot(11) -> expired 100
            take(101, 100) -> done 100
            clock('2030-01-15 14:00+00')
            say(billing.expire(1)) -> 1
            lot(16) -> expired 100
            lot(13) -> avail 100
            say(billing.expire(1)) -> 1
            say(billing.expire(1)) -> 0
            wallet(1) -> nothing
            wallet(3) -> avail 100
            kinds(1) -> Grant 100, Grant 100, Grant 100, Hold 0, Expire -60, Expire -100, Release 0, Expire -40, Expire -100
            """
        );

    [Fact]
    public Task What_expires_together_is_booked_in_burn_order() =>
        ToldAsync(
            """
            give(1, 35, 4, 9, '2030-01-15 13:05+00', 'TOK:p') -> granted
            give(1, 33, 1, 7, '2030-01-15 13:20+00') -> granted
            give(1, 31, 1, 5, '2030-01-15 13:20+00') -> granted
            give(1, 32, 1, 6, '2030-01-15 13:10+00') -> granted
            give(1, 34, 2, 8, '2030-01-15 13:05+00') -> granted
            give(1, 36, 1, 4, '2030-01-15 13:00+00') -> granted
            hold(101, 1, 4) -> held 0
            clock('2030-01-15 13:30+00')
            say(billing.expire(10)) -> 1
            lot(36) -> held 4
            kinds(1) -> Grant 9, Grant 7, Grant 5, Grant 6, Grant 8, Grant 4, Hold 0, Expire -6, Expire -5, Expire -7, Expire -8, Expire -9
            """
        );

    [Fact]
    public Task A_correction_takes_of_one_class_in_burn_order() =>
        ToldAsync(
            """
            give(1, 11, 1, 100, '2030-01-15 14:00+00') -> granted
            give(1, 12, 1, 100, '2030-01-15 13:00+00') -> granted
            give(1, 13, 1, 100) -> granted
            give(1, 14, 3, 100) -> granted
            give(1, 16, 3, 100) -> granted
            give(1, 17, 4, 100, NULL, 'TOK:p') -> granted
            give(2, 15, 1, 100) -> granted
            give(2, 19, 1, 100) -> granted
            give(1, 18, 1, 5, '2030-01-15 12:30+00') -> granted
            hold(101, 1, 5) -> held 0
            void(19, 801) -> voided 100 0 0
            adjust(801, 9, 1, 10) -> no_wallet
            adjust(801, 1, 1, 301) -> short
            adjust(801, 1, 1, 150) -> done
            adjust(801, 1, 1, 150) -> replayed
            adjust(801, 1, 1, 151) -> reused
            adjust(801, 2, 1, 150) -> reused
            lot(12) -> voided 100
            lot(11) -> avail 50, voided 50
            adjust(802, 1, 3, 101) -> done
            lot(14) -> voided 100
            lot(16) -> avail 99, voided 1
            clock('2030-01-15 14:00+00')
            adjust(803, 1, 1, 101) -> short
            adjust(803, 1, 4, 10) -> short
            adjust(803, 1, 1, 100) -> done
            kinds(1) -> Grant 100, Grant 100, Grant 100, Grant 100, Grant 100, Grant 100, Grant 5, Hold 0, Adjust -150, Adjust -101, Adjust -100
            """
        );

    [Fact]
    public Task A_debt_is_given_up_once_and_never_more_than_is_owed() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            top_up(1, 301, 10000) -> credited
            top_up(2, 302, 10000) -> credited
            hold(101, 1, 10100) -> held 0
            hold(102, 2, 10000) -> held 0
            takes('{101,102}', '{10100,10000}') -> done 10100, done 10000
            void(11, 201) -> voided 0 100 0
            charge_back('a', 301, 10000) -> done
            charge_back('b', 302, 10000) -> done
            write_off(401, 9, 1, 0) -> no_wallet
            write_off(401, 1, 10001, 0) -> too_much
            write_off(401, 1, 0, 101) -> too_much
            write_off(401, 1, 0, 0) -> too_much
            write_off(401, 1, -1, 1) -> too_much
            write_off(401, 1, 1, -1) -> too_much
            write_off(401, 1, 4000, 40) -> done
            write_off(401, 1, 4000, 40) -> replayed
            write_off(401, 1, 4000, 41) -> reused
            write_off(401, 1, 4001, 40) -> reused
            write_off(401, 2, 4000, 40) -> reused
            write_off(201, 1, 6000, 0) -> done
            write_off(403, 1, 0, 60) -> done
            wallet(1) -> nothing
            wallet(2) -> debt_real 10000
            kinds(1) -> Grant 100, Grant 10000, Hold 0, Capture -10100, Clawback 0, Chargeback 0, WriteOff 0, WriteOff 0, WriteOff 0
            """
        );

    [Fact]
    public Task A_success_after_the_release_is_given_once() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            hold(101, 1, 10) -> held 0
            hold(102, 1, 10) -> held 0
            say(billing.late_success(t.u(109), 10)) -> no_hold
            say(billing.late_success(t.u(101), 10)) -> not_released
            release(101) -> done 0
            take(102, 10) -> done 10
            say(billing.late_success(t.u(102), 10)) -> not_released
            say(billing.late_success(t.u(101), 0)) -> not_released
            say(billing.late_success(t.u(101), 10)) -> done
            say(billing.late_success(t.u(101), 10)) -> replayed
            hold(103, 1, 10) -> held 0
            release(103) -> done 0
            say(billing.late_success(t.u(103), 10)) -> done
            kinds(1) -> Grant 100, Hold 0, Hold 0, Release 0, Capture -10, LateSuccess 0, Hold 0, Release 0, LateSuccess 0
            """
        );
}
