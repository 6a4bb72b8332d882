using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing;

/// <summary>What owners and the watch over the ledger do: the guards of Functions/08, 09 and 10 by cases that need them.</summary>
[Collection(PostgresCollection.Name)]
public sealed class OperatorGuardTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private Task ToldAsync(string story) =>
        LedgerScript.RunAsync(ledger.Database.ConnectionString, story);

    [Fact]
    public Task An_adjustment_is_made_once_and_above_the_threshold_by_two() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(2, 12, 1, 100) -> granted
            CREATE FUNCTION t.ask(id integer, a integer, class integer, amount bigint, two boolean) RETURNS text LANGUAGE sql AS $$ SELECT billing.ask_adjustment(t.u(id), coalesce(t.wallet_id(a), t.u(a)), class::smallint, amount, 'error', NULL, two, t.u(70)) $$
            CREATE FUNCTION t.decide(id integer, agree boolean, who integer) RETURNS text LANGUAGE sql AS $$ SELECT billing.decide_adjustment(t.u(id), agree, t.u(who)) $$
            CREATE FUNCTION t.asked(n integer) RETURNS text LANGUAGE sql AS $$ SELECT x.state || ' ' || coalesce(right(x.decided_by::text, 2), '-') FROM billing.adjustment AS x WHERE x.id = t.u(n) $$
            ask(801, 9, 1, 50, false) -> no_wallet
            ask(801, 1, 1, 50, false) -> done
            ask(801, 1, 1, 50, false) -> replayed
            ask(801, 1, 1, 51, false) -> reused
            ask(801, 1, 2, 50, false) -> reused
            ask(801, 2, 1, 50, false) -> reused
            ask(802, 1, 1, -500, false) -> short
            ask(802, 1, 1, -120, false) -> done
            wallet(1) -> avail 30
            asked(801) -> 1 70
            asked(802) -> 1 70
            ask(803, 1, 3, 1000, true) -> waits
            ask(804, 1, 3, 1000, true) -> waits
            ask(805, 1, 3, -1000, true) -> waits
            ask(805, 1, 3, -1000, true) -> replayed
            decide(899, true, 71) -> no_adjustment
            decide(803, true, 70) -> second_person
            decide(803, false, 70) -> second_person
            decide(805, true, 71) -> short
            asked(805) -> 0 -
            decide(803, true, 71) -> done
            decide(803, true, 72) -> replayed
            decide(803, false, 72) -> changed
            decide(804, false, 72) -> refused
            decide(804, false, 71) -> replayed
            decide(804, true, 71) -> changed
            asked(803) -> 1 71
            asked(804) -> 2 72
            decide(805, true, 71) -> done
            wallet(1) -> avail 30
            ask(806, 2, 1, 50, true) -> waits
            UPDATE billing.wallet SET account_id = NULL, status = 2 WHERE account_id = t.u(2)
            decide(806, true, 71) -> no_wallet
            asked(806) -> 0 -
            """
        );

    [Fact]
    public Task A_wallet_is_frozen_and_allowed_and_a_closed_one_stays_closed() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(2, 12, 1, 100) -> granted
            CREATE FUNCTION t.freeze(a integer, frozen boolean) RETURNS text LANGUAGE sql AS $$ SELECT billing.freeze(coalesce(t.wallet_id(a), t.u(a)), frozen, 'fraud', t.u(70)) $$
            CREATE FUNCTION t.status(a integer) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', w.status, w.status_reason, right(w.status_by::text, 2)) FROM billing.wallet AS w WHERE w.account_id = t.u(a) $$
            freeze(9, true) -> no_wallet
            freeze(1, false) -> replayed
            freeze(1, true) -> done
            freeze(1, true) -> replayed
            status(1) -> 1 fraud 70
            status(2) -> 0
            freeze(1, false) -> done
            status(1) -> 0 fraud 70
            UPDATE billing.wallet SET status = 2 WHERE account_id = t.u(1)
            freeze(1, true) -> closed
            freeze(1, false) -> closed
            status(1) -> 2 fraud 70
            """
        );

    [Fact]
    public Task A_difference_freezes_its_wallet_and_is_written_down_once() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(2, 12, 1, 100) -> granted
            INSERT INTO billing.recon_run (id, is_full) VALUES (t.u(91), true)
            CREATE FUNCTION t.record(a integer, expected bigint) RETURNS text LANGUAGE sql AS $$ SELECT billing.record_difference(t.u(91), 5::smallint, t.wallet_id(a), t.u(11), expected, 1) $$
            CREATE FUNCTION t.status(a integer) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', w.status, w.status_reason) FROM billing.wallet AS w WHERE w.account_id = t.u(a) $$
            CREATE FUNCTION t.close_first() RETURNS text LANGUAGE sql AS $$ SELECT billing.close_difference((SELECT min(d.id) FROM billing.recon_diff AS d), t.u(70)) $$
            record(1, 2) -> true
            status(1) -> 1 difference
            status(2) -> 0
            record(1, 2) -> false
            say(billing.freeze(t.wallet_id(1), false, 'seen', NULL)) -> done
            record(1, 2) -> false
            status(1) -> 0 seen
            record(1, 3) -> true
            status(1) -> 1 difference
            UPDATE billing.wallet SET status = 2, status_reason = 'erased' WHERE account_id = t.u(2)
            record(2, 2) -> true
            status(2) -> 2 erased
            close_first() -> closed
            close_first() -> replayed
            say((SELECT count(*) FROM billing.recon_diff AS d WHERE d.closed_at IS NOT NULL)) -> 1
            say(billing.close_difference(-1, NULL)) -> no_difference
            """
        );

    [Fact]
    public Task Only_what_changed_is_looked_at_again() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(2, 12, 1, 100) -> granted
            give(3, 13, 1, 100) -> granted
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, day_limit) VALUES ('free', 1, 4, 'F', 'F', '{}', 0, 9)
            CREATE FUNCTION t.batch(after integer, everything boolean, size integer) RETURNS text LANGUAGE sql AS $$ SELECT right(w.account_id::text, 1) FROM billing.wallet AS w WHERE w.id = billing.audit_batch(coalesce(t.wallet_id(after), t.u(0)), everything, size) $$
            CREATE FUNCTION t.looked(everything boolean) RETURNS text LANGUAGE sql AS $$ SELECT coalesce(string_agg(right(w.account_id::text, 1), '' ORDER BY w.id), '-') FROM billing.audit(t.u(0), 'ffffffff-ffff-ffff-ffff-ffffffffffff', everything) AS a JOIN billing.wallet AS w ON w.id = a.wallet_id WHERE a.invariant = 0 $$
            CREATE FUNCTION t.right(a integer, number bigint) RETURNS text LANGUAGE sql AS $$ SELECT billing.mark_reconciled(ARRAY[t.wallet_id(a)], ARRAY[number]); SELECT w.reconciled::text FROM billing.wallet AS w WHERE w.account_id = t.u(a) $$
            batch(0, true, 2) -> 2
            batch(0, false, 2) -> 2
            batch(2, false, 2) -> 3
            looked(false) -> 123
            right(2, 1) -> 1
            right(2, 0) -> 1
            looked(false) -> 13
            looked(true) -> 123
            batch(1, false, 1) -> 3
            batch(1, true, 1) -> 2
            right(1, 1) -> 1
            right(3, 1) -> 1
            looked(false) -> -
            unit(101, 2, 51) -> held 0
            looked(false) -> 2
            batch(0, false, 9) -> 2
            clock('2030-01-19 12:00+00')
            looked(false) -> -
            """
        );

    [Fact]
    public Task An_erased_person_is_nowhere_in_the_ledger() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(2, 12, 1, 100) -> granted
            say(billing.grant(t.u(1), t.u(13), 1::smallint, 'RUB', 50, 300::smallint, 'starter', 'account ' || t.u(1), NULL, NULL, NULL, NULL)) -> granted
            say(billing.grant(t.u(2), t.u(14), 1::smallint, 'RUB', 50, 300::smallint, 'starter', 'account ' || t.u(2), NULL, NULL, NULL, NULL)) -> granted
            say(billing.grant(t.u(2), t.u(15), 1::smallint, 'RUB', 50, 300::smallint, 'friend', t.u(1)::text, NULL, NULL, NULL, NULL)) -> granted
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, days) VALUES ('u', 1, 3, 'U', 'U', '{}', 10, 30)
            hold(101, 1, 10, 'RUB', 3, 211) -> held 0
            hold(102, 2, 10, 'RUB', 3, 211) -> held 0
            say((billing.anonymise(t.u(9))).outcome) -> no_wallet
            say((billing.anonymise(t.u(1))).outcome) -> busy
            takes('{101,102}', '{10,10}') -> done 10, done 10
            hold(103, 2, 10) -> held 0
            deliver(101, 'u', 51) -> delivered
            deliver(102, 'u', 52) -> delivered
            UPDATE billing.wallet SET limit_message = 1, limit_day = 1, limit_month = 1, tz = 'Asia/Omsk'
            say(billing.anonymise(t.u(1))) -> (anonymised,140,0,0)
            say((billing.anonymise(t.u(1))).outcome) -> no_wallet
            entitlement(51) -> price_bonus 10; 02-14 12
            entitlement(52) -> price_bonus 10; 02-14 12; renews
            say((SELECT string_agg(l.source_id, ', ' ORDER BY l.id) FROM billing.lot AS l)) -> 11, 12, 00000000-0000-7000-8000-000000000013, account 00000000-0000-7000-8000-000000000002, 00000000-0000-7000-8000-000000000001
            say((SELECT concat_ws(' ', w.account_id, w.status, w.status_reason, w.tz, w.limit_message, w.limit_day, w.limit_month) FROM billing.wallet AS w WHERE w.status = 2)) -> 2 erased Europe/Moscow
            say((SELECT count(*) FROM billing.wallet AS w WHERE w.limit_message = 1 AND w.status = 0)) -> 1
            """
        );
}
