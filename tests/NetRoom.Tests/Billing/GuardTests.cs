using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing;

/// <summary>Holds, captures and credits as functions: each guard and each order of Functions/*.sql by a case that needs it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class GuardTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private Task ToldAsync(string story) =>
        LedgerScript.RunAsync(ledger.Database.ConnectionString, story);

    [Fact]
    [Invariant(20)]
    public Task Lots_are_spent_by_class_expiry_and_age() =>
        ToldAsync(
            """
            give(1, 15, 3, 100) -> granted
            give(1, 14, 2, 100) -> granted
            give(1, 13, 1, 100, '2030-03-01') -> granted
            give(1, 12, 1, 100, '2030-02-01') -> granted
            give(1, 11, 1, 100, '2030-02-01') -> granted
            hold(101, 1, 150) -> held 0
            lot(11) -> held 100
            lot(12) -> avail 50, held 50
            lot(13) -> avail 100
            hold(102, 1, 200) -> held 0
            lot(14) -> avail 50, held 50
            take(101, 120) -> done 120
            lot(11) -> spent 100
            lot(12) -> avail 30, held 50, spent 20
            hold(103, 1, 170) -> held 0
            lot(15) -> avail 10, held 90
            wallet(1) -> avail 10, held 370
            """
        );

    [Fact]
    public Task A_hold_takes_what_there_is_and_not_more() =>
        ToldAsync(
            """
            hold(101, 1, 10) -> short 0
            hold(102, 1, 0) -> held 0
            give(1, 11, 1, 100, '2030-01-15 13:00+00') -> granted
            give(1, 12, 4, 500, NULL, 'TOK:p') -> granted
            give(2, 13, 1, 100) -> granted
            wallet(1) -> avail 100
            hold(103, 1, 101) -> short 100
            hold(104, 1, 100) -> held 0
            hold(105, 1, 1) -> short 0
            hold(106, 1, 501, 'TOK:p') -> short 500
            hold(107, 1, 500, 'TOK:p') -> held 0
            release(107) -> done 0
            lot(12) -> avail 500
            release(104) -> done 0
            take(102, 0) -> done 0
            clock('2030-01-15 12:59:59+00')
            say(billing.spendable(t.wallet_id(1))) -> 100
            clock('2030-01-15 13:00+00')
            say(billing.spendable(t.wallet_id(1))) -> 0
            hold(108, 1, 100) -> short 0
            """
        );

    [Fact]
    public Task An_id_and_a_job_are_one_hold_for_ever() =>
        ToldAsync(
            """
            give(1, 11, 3, 1000) -> granted
            give(2, 12, 3, 1000) -> granted
            give(1, 13, 4, 1000, NULL, 'TOK:p') -> granted
            hold(101, 1, 100) -> held 0
            hold(101, 1, 100) -> replayed 0
            hold(101, 1, 101) -> reused 0
            hold(101, 2, 100) -> reused 0
            hold(101, 1, 100, 'TOK:p') -> reused 0
            hold(101, 1, 100, 'RUB', 1, 200, 7) -> reused 0
            hold(102, 1, 100, 'RUB', 1, 200, 1101) -> reused 0
            holds('{101,102,103}', '{1,1,1}', '{100,100,100}', '{1101,1101,1103}') -> replayed 0, reused 0, held 0
            holds('{104,104,104,105,106}', '{1,1,1,1,1}', '{10,10,11,10,10}', '{1104,1104,1104,1104,1106}') -> held 0, replayed 0, reused 0, reused 0, held 0
            holds('{101,150}', '{1,1}', '{100,10}', '{7,1150}') -> reused 0, held 0
            release(150) -> done 0
            holds('{160,160}', '{1,1}', '{10,10}', '{1160,1161}') -> held 0, reused 0
            release(160) -> done 0
            wallet(1) -> avail 780, held 220
            take(101, 40) -> done 40
            take(101, 50) -> replayed 40
            release(101) -> replayed 40
            hold(101, 1, 100) -> resolved 0
            takes('{103,103,104}', '{1,2,3}') -> done 1, replayed 1, done 3
            take(199, 1) -> no_hold 0
            take(106, 11) -> out_of_range 0
            take(106, -1) -> out_of_range 0
            release(106) -> done 0
            release(106) -> replayed 0
            wallet(1) -> avail 956
            """
        );

    [Fact]
    public Task A_batch_sees_its_own_holds() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(1, 12, 3, 100) -> granted
            give(2, 13, 3, 100) -> granted
            holds('{101,102,103,104}', '{1,2,1,1}', '{150,100,60,50}') -> held 0, held 0, short 50, held 0
            wallet(1) -> held 200
            takes('{104,102,101}', '{50,1,149}') -> done 50, done 1, done 149
            wallet(1) -> avail 1
            wallet(2) -> avail 99
            holds('{105,106,107}', '{3,2,3}', '{0,0,1}') -> held 0, held 0, short 0
            """
        );

    [Fact]
    public Task A_frozen_or_closed_wallet_holds_nothing() =>
        ToldAsync(
            """
            give(1, 11, 3, 100) -> granted
            UPDATE billing.wallet SET status = 1 WHERE account_id = t.u(1)
            hold(101, 1, 10) -> frozen 0
            hold(102, 1, 0) -> held 0
            give(1, 12, 3, 100) -> granted
            UPDATE billing.wallet SET status = 2 WHERE account_id = t.u(1)
            hold(101, 1, 10) -> closed 0
            give(1, 13, 3, 100) -> closed
            give(1, 12, 3, 100) -> replayed
            top_up(1, 301, 10000) -> closed
            """
        );

    [Fact]
    public Task Who_owes_real_money_holds_nothing_and_a_bonus_debt_stays_covered() =>
        ToldAsync(
            """
            give(1, 11, 1, 60) -> granted
            give(1, 12, 3, 100) -> granted
            hold(101, 1, 50) -> held 0
            take(101, 50) -> done 50
            say((billing.void(t.u(11), t.u(201), 'error', NULL)).outcome) -> voided
            wallet(1) -> avail 100, debt_bonus 50
            say(billing.spendable(t.wallet_id(1))) -> 50
            hold(102, 1, 51) -> short 50
            give(1, 13, 3, 20) -> granted
            hold(103, 1, 70) -> held 0
            release(103) -> done 0
            give(1, 14, 1, 30) -> granted
            lot(14) -> repaid 30
            give(1, 15, 2, 30) -> granted
            wallet(1) -> avail 150, debt_bonus 20
            give(1, 16, 1, 30) -> granted
            lot(16) -> avail 10, repaid 20
            top_up(2, 301, 1000000) -> credited
            hold(104, 2, 1000000) -> held 0
            take(104, 1000000) -> done 1000000
            say(billing.charge_back(t.u(302), 'bank', 'c', t.u(301), 1000000, NULL)) -> done
            wallet(2) -> debt_real 1000000
            give(2, 17, 1, 100) -> granted
            wallet(2) -> avail 100, debt_real 1000000
            say(billing.spendable(t.wallet_id(2))) -> 0
            hold(105, 2, 10) -> debt 0
            hold(106, 2, 0) -> held 0
            give(2, 18, 4, 10, NULL, 'TOK:p') -> granted
            hold(108, 2, 10, 'TOK:p') -> held 0
            top_up(2, 303, 1500000) -> credited
            paid(303) -> avail 500000, repaid 1000000; nothing
            wallet(2) -> avail 500100
            hold(107, 2, 500100) -> held 0
            """
        );

    [Fact]
    public Task Limits_count_what_is_held_and_captured_on_the_persons_day() =>
        ToldAsync(
            """
            give(1, 11, 3, 100000) -> granted
            give(1, 12, 1, 50, '2030-01-15 21:00+00') -> granted
            give(2, 13, 3, 1000) -> granted
            hold(201, 2, 50) -> held 0
            hold(202, 2, 50) -> held 0
            take(201, 50) -> done 50
            UPDATE billing.wallet SET limit_message = 100, limit_day = 300, limit_month = 1100 WHERE account_id = t.u(1)
            clock('2030-01-15 20:59:59+00')
            hold(101, 1, 101) -> limit_message 100
            hold(101, 1, 100) -> held 0
            hold(102, 1, 100) -> held 0
            hold(103, 1, 100) -> held 0
            hold(104, 1, 1) -> limit_day 0
            take(101, 70) -> done 70
            hold(104, 1, 31) -> limit_day 30
            hold(105, 1, 5000, 'RUB', 3) -> held 0
            hold(106, 1, 30) -> held 0
            take(105, 5000) -> done 5000
            clock('2030-01-15 21:00+00')
            takes('{102,103,106}', '{60,100,30}') -> done 60, done 100, done 30
            hold(107, 1, 100) -> held 0
            release(107) -> done 0
            holds('{108,109,110}', '{1,1,1}', '{100,10,1}') -> held 0, held 0, limit_day 0
            release(108) -> done 0
            hold(111, 1, 100) -> held 0
            takes('{109,111}', '{10,100}') -> done 10, done 100
            clock('2030-01-17 12:00+00')
            holds('{121,122,123}', '{1,1,1}', '{100,100,100}') -> held 0, held 0, held 0
            takes('{121,122,123}', '{100,100,100}') -> done 100, done 100, done 100
            clock('2030-01-18 12:00+00')
            holds('{131,132,133,134}', '{1,1,1,1}', '{100,100,100,1}') -> held 0, held 0, held 0, limit_day 0
            takes('{131,132,133}', '{100,100,100}') -> done 100, done 100, done 100
            clock('2030-01-19 12:00+00')
            hold(141, 1, 100) -> held 0
            hold(142, 1, 31) -> limit_month 30
            hold(143, 1, 30) -> held 0
            release(143) -> done 0
            take(141, 100) -> done 100
            hold(144, 1, 31) -> limit_month 30
            clock('2030-01-31 21:00+00')
            hold(145, 1, 100) -> held 0
            """
        );

    [Fact]
    public Task Limits_do_not_count_what_expired_nor_tokens() =>
        ToldAsync(
            """
            give(1, 11, 1, 100, '2030-01-15 13:00+00') -> granted
            give(1, 12, 3, 1000) -> granted
            give(1, 13, 4, 500, NULL, 'TOK:p') -> granted
            UPDATE billing.wallet SET limit_day = 100 WHERE account_id = t.u(1)
            hold(101, 1, 100) -> held 0
            clock('2030-01-15 13:00+00')
            release(101) -> done 0
            lot(11) -> expired 100
            hold(102, 1, 50, 'TOK:p') -> held 0
            take(102, 50, 50) -> done 50
            hold(103, 1, 100) -> held 0
            release(103) -> done 0
            UPDATE billing.wallet SET limit_day = NULL, limit_month = 99 WHERE account_id = t.u(1)
            hold(104, 1, 100) -> limit_month 99
            hold(105, 1, 500, 'RUB', 3) -> held 0
            hold(106, 1, 50, 'TOK:p') -> held 0
            hold(107, 1, 99) -> held 0
            """
        );

    [Fact]
    public Task A_batch_of_many_wallets_keeps_their_sums_apart() =>
        ToldAsync(
            """
            SELECT t.give(n, 10000 + n, 3, 100) FROM generate_series(1, 60) AS n
            SELECT t.hold(1000 + n, n, 50) FROM generate_series(1, 60) AS n
            SELECT t.takes(array_agg(1000 + n), array_agg(30::bigint)) FROM generate_series(1, 60) AS n
            say((SELECT string_agg(DISTINCT concat_ws(' ', w.avail, w.held, w.debt_real, w.debt_bonus), ', ') FROM billing.wallet AS w)) -> 70 0 0 0
            """
        );

    [Fact]
    public Task A_capture_takes_in_the_recorded_order_and_gives_the_rest_back() =>
        ToldAsync(
            """
            give(1, 12, 1, 100, '2030-01-15 13:00+00') -> granted
            give(1, 11, 1, 100, '2030-01-15 14:00+00') -> granted
            give(1, 13, 3, 100) -> granted
            hold(101, 1, 250) -> held 0
            hold(102, 1, 50) -> held 0
            clock('2030-01-15 13:00+00')
            take(101, 30) -> done 30
            lot(12) -> spent 30, expired 70
            lot(11) -> avail 100
            lot(13) -> avail 50, held 50
            kinds(1) -> Grant 100, Grant 100, Grant 100, Hold 0, Hold 0, Capture -30, Expire -70
            say(billing.expire(10)) -> 0
            clock('2030-01-15 14:00+00')
            say(billing.expire(10)) -> 1
            lot(11) -> expired 100
            release(102) -> done 0
            wallet(1) -> avail 100
            """
        );

    [Fact]
    [Invariant(38)]
    public Task Time_in_a_wallet_does_not_go_back() =>
        ToldAsync(
            """
            give(1, 11, 3, 100) -> granted
            clock('2030-01-15 11:00+00')
            hold(101, 1, 10) -> held 0
            take(101, 10) -> done 10
            say((SELECT min(x.at) = '2030-01-15 12:00+00' FROM billing.transfer AS x WHERE x.wallet_id = t.wallet_id(1))) -> true
            """
        );

    [Fact]
    [Invariant(17)]
    public Task A_source_gives_once() =>
        ToldAsync(
            """
            give(1, 11, 1, 100, NULL, 'RUB', 'a') -> granted
            give(1, 12, 1, 100, NULL, 'RUB', 'a') -> replayed
            give(1, 12, 1, 101, NULL, 'RUB', 'a') -> reused
            give(2, 12, 1, 100, NULL, 'RUB', 'a') -> reused
            give(1, 13, 2, 100, NULL, 'RUB', 'a') -> granted
            give(9, 17, 1, 100, NULL, 'RUB', 'a') -> reused
            give(8, 17, 3, 100, NULL, 'RUB', 'a') -> granted
            say(billing.grant(t.u(7), t.u(18), 1::smallint, 'RUB', 100, 300::smallint, 'other', 'a', NULL, NULL, NULL, NULL)) -> granted
            give(1, 14, 3, 9223372036854775000) -> granted
            give(1, 15, 3, 608) -> too_large
            give(1, 15, 3, 607) -> granted
            give(3, 16, 2, 70, NULL, 'RUB', 'fix', NULL, 360) -> granted
            lot(16) -> avail 70
            top_up(4, 301, 10000, 'x') -> credited
            top_up(4, 301, 10000, 'x') -> replayed
            top_up(4, 302, 10000, 'x') -> replayed
            top_up(4, 301, 10000, 'y') -> reused
            top_up(4, 302, 20000, 'x') -> reused
            top_up(5, 302, 10000, 'x') -> reused
            top_up(9, 302, 10000, 'x') -> reused
            top_up(9, 301, 10000, 'y') -> reused
            say(billing.top_up(t.u(6), t.u(303), 'other', 'x', 10000, true, '2030-01-15')) -> credited
            say((SELECT count(*) FROM billing.wallet AS w WHERE w.account_id IN (t.u(5), t.u(9)))) -> 0
            wallet(4) -> avail 10000
            """
        );

    [Fact]
    public async Task The_hash_covers_all_that_a_transfer_says()
    {
        await using var script = await LedgerScript.BeginAsync(ledger.Database.ConnectionString);
        var different = await script.AskAsync(
            """
            SELECT count(DISTINCT billing.link(x.chain::bytea, t.u(x.wallet), x.number, x.kind, t.u(x.ref), x.micros, x.reason, t.u(x.actor), x.lines))::text
              FROM (VALUES ('a', 1, 1, 'Hold', 1, 1, 'a', 1, 'a'), ('b', 1, 1, 'Hold', 1, 1, 'a', 1, 'a'), ('a', 2, 1, 'Hold', 1, 1, 'a', 1, 'a'),
                           ('a', 1, 2, 'Hold', 1, 1, 'a', 1, 'a'), ('a', 1, 1, 'Void', 1, 1, 'a', 1, 'a'), ('a', 1, 1, 'Hold', 2, 1, 'a', 1, 'a'),
                           ('a', 1, 1, 'Hold', 1, 2, 'a', 1, 'a'), ('a', 1, 1, 'Hold', 1, 1, NULL, 1, 'a'), ('a', 1, 1, 'Hold', 1, 1, 'b', 1, 'a'),
                           ('a', 1, 1, 'Hold', 1, 1, 'a', NULL, 'a'), ('a', 1, 1, 'Hold', 1, 1, 'a', 1, 'b'))
                   AS x(chain, wallet, number, kind, ref, micros, reason, actor, lines)
            """
        );
        different.ShouldBe("11");
    }
}
