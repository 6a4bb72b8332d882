using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing;

/// <summary>Packs, quotas and entitlements: the guards of Functions/03 and 07 by cases that need them.</summary>
[Collection(PostgresCollection.Name)]
public sealed class UnitGuardTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    internal const string Shop = """
        INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens, days) VALUES ('p', 1, 1, 'P', 'P', '{}', 1000, 300, 1), ('q', 1, 1, 'Q', 'Q', '{}', 500, 100, NULL)
        INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, days, period_limit, day_limit, refund_days) VALUES ('s', 1, 2, 'S', 'S', '{}', 900, 30, 5, 2, 3), ('u', 1, 3, 'U', 'U', '{}', 900, 30, NULL, NULL, 3)
        INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, period_limit, day_limit, on_sale) VALUES ('free', 1, 4, 'F', 'F', '{}', 0, NULL, 1, true), ('old', 1, 4, 'F', 'F', '{}', 0, NULL, 1, false), ('month', 1, 4, 'F', 'F', '{}', 0, 2, NULL, true)

        """;

    private Task ToldAsync(string story) =>
        LedgerScript.RunAsync(ledger.Database.ConnectionString, Shop + story);

    [Fact]
    public Task A_pack_is_delivered_once_and_remembers_what_paid() =>
        ToldAsync(
            """
            give(1, 11, 1, 250) -> granted
            give(1, 12, 3, 3500) -> granted
            hold(101, 1, 1000, 'RUB', 3, 210) -> held 0
            deliver(101, 'p', 21) -> no_purchase
            take(101, 1000) -> done 1000
            deliver(101, 'q', 21) -> no_purchase
            deliver(199, 'p', 21) -> no_purchase
            hold(102, 1, 1000) -> held 0
            take(102, 1000) -> done 1000
            deliver(102, 'p', 21) -> no_purchase
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens) VALUES ('gift', 1, 1, 'G', 'G', '{}', 0, 5)
            hold(103, 1, 0, 'RUB', 3, 210) -> held 0
            deliver(103, 'gift', 22) -> no_purchase
            deliver(101, 'p', 21) -> delivered
            deliver(101, 'p', 21) -> replayed
            lot(21) -> avail 300
            say((SELECT concat_ws(' ', l.price_real, l.price_bonus, l.expires_at AT TIME ZONE 'UTC') FROM billing.lot AS l WHERE l.id = t.u(21))) -> 750 250 2030-01-16 12:00:00
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, tokens) VALUES ('p', 2, 1, 'P', 'P', '{}', 1000, 400)
            hold(104, 1, 1100, 'RUB', 3, 210) -> held 0
            take(104, 1000) -> done 1000
            say(billing.deliver(t.u(104), 'p', 2, t.u(23), billing.clock(), NULL, false)) -> delivered
            say((SELECT concat_ws(' ', l.granted, l.price_real, l.price_bonus) FROM billing.lot AS l WHERE l.id = t.u(23))) -> 400 1000 0
            hold(105, 1, 500, 'RUB', 3, 210) -> held 0
            take(105, 500) -> done 500
            wallet(1) -> avail 250
            UPDATE billing.wallet SET status = 2
            refused($$t.deliver(105, 'q', 24)$$) -> billing: purchase 00000000-0000-7000-8000-000000000105 cannot be delivered: closed
            """
        );

    [Fact]
    public Task Tokens_earn_their_price_to_the_last_of_it() =>
        ToldAsync(
            """
            give(1, 12, 3, 2000) -> granted
            give(2, 13, 1, 10, '2030-01-16 12:00+00') -> granted
            hold(101, 1, 1000, 'RUB', 3, 210) -> held 0
            take(101, 1000) -> done 1000
            deliver(101, 'p', 21) -> delivered
            hold(102, 1, 500, 'RUB', 3, 210) -> held 0
            take(102, 500) -> done 500
            deliver(102, 'q', 22) -> delivered
            hold(103, 1, 310, 'TOK:p') -> short 300
            hold(103, 1, 100, 'TOK:p') -> held 0
            take(103, 5, 31) -> done 31
            give_back(501, 103, 0, 31) -> no_hold
            lot(21) -> avail 269, spent 31, recognised 103
            hold(104, 1, 9, 'TOK:p') -> held 0
            take(104, 1, 99) -> done 9
            hold(105, 1, 9, 'TOK:p') -> held 0
            take(105, -1, 5) -> out_of_range 0
            release(105) -> done 0
            lot(21) -> avail 260, spent 40, recognised 133
            hold(106, 1, 50, 'TOK:p') -> held 0
            hold(107, 1, 50, 'TOK:p') -> held 0
            hold(108, 1, 10, 'TOK:q') -> held 0
            clock('2030-01-16 12:00+00')
            say(billing.expire(10)) -> 2
            lot(21) -> held 100, spent 40, expired 160, recognised 666
            take(106, 1, 20) -> done 20
            lot(21) -> avail 30, held 50, spent 60, expired 160, recognised 733
            hold(109, 1, 10, 'TOK:p') -> held 0
            clock('2030-01-16 13:00+00')
            release(107) -> done 0
            say((SELECT to_char(l.expires_at AT TIME ZONE 'UTC', 'MM-DD HH24') FROM billing.lot AS l WHERE l.id = t.u(21))) -> 01-17 12
            say((SELECT to_char(l.expires_at AT TIME ZONE 'UTC', 'MM-DD HH24') FROM billing.lot AS l WHERE l.id = t.u(13))) -> 01-16 12
            take(109, 1, 10) -> done 10
            take(108, 1, 10) -> done 10
            lot(21) -> avail 70, spent 70, expired 160, recognised 766
            lot(22) -> avail 90, spent 10, recognised 50
            clock('2030-01-18 12:00+00')
            say(billing.expire(10)) -> 1
            lot(21) -> spent 70, expired 230, recognised 1000
            say((SELECT sum(x.amount) FROM billing.posting AS x WHERE x.dr = 210 AND x.lot_id = t.u(21))) -> 1000
            kinds(1) -> Grant 2000, Hold 0, Capture -1000, Grant 300, Hold 0, Capture -500, Grant 100, Hold 0, Capture -31, Recognise 0, Hold 0, Capture -9, Recognise 0, Hold 0, Release 0, Hold 0, Hold 0, Hold 0, Expire -160, Recognise 0, Capture -20, Recognise 0, Hold 0, Release 0, Capture -10, Recognise 0, Capture -10, Recognise 0, Expire -70, Recognise 0
            """
        );

    [Fact]
    public Task A_pack_goes_back_whole_while_nothing_of_it_is_held() =>
        ToldAsync(
            """
            give(1, 11, 1, 250) -> granted
            give(1, 12, 3, 2000) -> granted
            hold(101, 1, 1000, 'RUB', 3, 210) -> held 0
            take(101, 1000) -> done 1000
            deliver(101, 'p', 21) -> delivered
            refund_pack(601, 21, 300, 751, 249) -> changed
            refund_pack(601, 21, 300, 749, 251) -> changed
            hold(102, 1, 100, 'TOK:p') -> held 0
            refund_pack(601, 12, 300, 750, 250) -> no_pack
            refund_pack(601, 21, 200, 500, 160) -> busy
            take(102, 1, 100) -> done 100
            refund_pack(601, 21, 201, 500, 160) -> changed
            refund_pack(601, 21, 200, 751, 0) -> changed
            refund_pack(601, 21, 200, 0, 251) -> changed
            refund_pack(601, 21, 200, 500, 168) -> changed
            refund_pack(601, 21, 200, 500, 160) -> refunded
            refund_pack(601, 21, 200, 500, 160) -> replayed
            refund_pack(602, 21, 0, 0, 0) -> changed
            lot(21) -> spent 100, refunded 200, recognised 340, returned 660
            lot(11) -> avail 160, spent 90
            lot(12) -> avail 1750, spent 250
            hold(103, 1, 1000, 'RUB', 3, 210) -> held 0
            take(103, 1000) -> done 1000
            deliver(103, 'p', 22) -> delivered
            hold(104, 1, 100, 'TOK:p') -> held 0
            take(104, 1, 100) -> done 100
            adjust(603, 1, 3, 1) -> done
            refund_pack(603, 22, 200, 0, 0) -> refunded
            lot(22) -> spent 100, refunded 200, recognised 1000
            hold(105, 1, 500, 'RUB', 3, 210) -> held 0
            take(105, 500) -> done 500
            deliver(105, 'p', 23) -> no_purchase
            give(2, 13, 3, 2000) -> granted
            hold(106, 2, 1000, 'RUB', 3, 210) -> held 0
            hold(107, 2, 1000, 'RUB', 3, 210) -> held 0
            takes('{106,107}', '{1000,1000}') -> done 1000, done 1000
            deliver(106, 'p', 24) -> delivered
            deliver(107, 'p', 25) -> delivered
            refund_pack(605, 25, 300, 1000, 0) -> refunded
            lot(25) -> refunded 300, returned 1000
            give_back(606, 106, 1, 0) -> returned
            refused('t.refund_pack(607, 24, 300, 1000, 0)') -> billing: pack 00000000-0000-7000-8000-000000000024 cannot return its price: too_much
            wallet(2) -> avail 1001
            clock('2030-01-16 12:00+00')
            refund_pack(604, 24, 300, 999, 0) -> changed
            kinds(1) -> Grant 250, Grant 2000, Hold 0, Capture -1000, Grant 300, Hold 0, Capture -100, Recognise 0, Refund -200, Return 660, Recognise 0, Hold 0, Capture -1000, Grant 300, Hold 0, Capture -100, Recognise 0, Adjust -1, Refund -200, Recognise 0, Hold 0, Capture -500
            """
        );

    [Fact]
    public Task A_unit_is_of_its_day_and_its_period() =>
        ToldAsync(
            """
            give(1, 12, 3, 2000) -> granted
            hold(101, 1, 900, 'RUB', 3, 212) -> held 0
            take(101, 900) -> done 900
            deliver(101, 's', 51) -> delivered
            deliver(101, 's', 52) -> replayed
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, days, period_limit, day_limit) VALUES ('s', 2, 2, 'S', 'S', '{}', 900, 30, 9, 9)
            unit(102, 1, 51, 's') -> held 0
            unit(102, 1, 51, 's') -> replayed 0
            unit(102, 1, 59, 's') -> reused 0
            unit(103, 2, 51, 's') -> no_entitlement 0
            unit(103, 1, 59, 's') -> no_entitlement 0
            hold(104, 1, 10) -> held 0
            give(2, 13, 3, 10) -> granted
            say((SELECT o.outcome FROM billing.hold_unit(t.u(104), t.u(1), t.u(1104), t.u(51), 'Text', 'm', t.u(900), 1000000, '{}', billing.clock()) AS o)) -> reused
            say((SELECT o.outcome FROM billing.hold_unit(t.u(199), t.u(1), t.u(1102), t.u(51), 'Text', 'm', t.u(900), 1000000, '{}', billing.clock()) AS o)) -> reused
            say((SELECT o.outcome FROM billing.hold_unit(t.u(102), t.u(2), t.u(1102), t.u(51), 'Text', 'm', t.u(900), 1000000, '{}', billing.clock()) AS o)) -> reused
            quota(51) -> D 2030-01-15 0 1, P 2030-01-15 0 1
            unit(103, 1, 51, 's') -> held 0
            unit(105, 1, 51, 's') -> day_limit 0
            say((SELECT o.outcome FROM billing.hold_unit(t.u(103), t.u(1), t.u(1999), t.u(51), 'Text', 'm', t.u(900), 1000000, '{}', billing.clock()) AS o)) -> reused
            say((SELECT o.outcome FROM billing.hold_unit(t.u(198), t.u(1), t.u(1103), t.u(51), 'Text', 'm', t.u(900), 1000000, '{}', billing.clock()) AS o)) -> reused
            take(102, -7) -> out_of_range 0
            take(102, 7) -> done 1
            take(102, 7) -> replayed 1
            unit(102, 1, 51, 's') -> resolved 0
            quota(51) -> D 2030-01-15 1 1, P 2030-01-15 1 1
            clock('2030-01-15 20:59:59+00')
            unit(105, 1, 51, 's') -> day_limit 0
            clock('2030-01-15 21:00+00')
            unit(105, 1, 51, 's') -> held 0
            release(103) -> done 0
            quota(51) -> D 2030-01-15 1 0, D 2030-01-16 0 1, P 2030-01-15 1 1
            entitlement(51) -> price_real 900, used 1, inflight 1; 02-14 12; renews
            clock('2030-01-15 19:00+00')
            unit(106, 1, 51, 's') -> held 0
            unit(107, 1, 51, 's') -> day_limit 0
            clock('2030-01-17 12:00+00')
            unit(107, 1, 51, 's') -> held 0
            unit(108, 1, 51, 's') -> held 0
            clock('2030-01-18 12:00+00')
            UPDATE billing.wallet SET tz = 'Pacific/Kiritimati' WHERE account_id = t.u(1)
            unit(109, 1, 51, 's') -> period_limit 0
            release(108) -> done 0
            unit(109, 1, 51, 's') -> held 0
            quota(51) -> D 2030-01-15 1 0, D 2030-01-16 0 2, D 2030-01-17 0 1, D 2030-01-19 0 1, P 2030-01-15 1 4
            entitlement(51) -> price_real 900, used 1, inflight 4; 02-14 12; renews
            UPDATE billing.wallet SET status = 1 WHERE account_id = t.u(1)
            unit(110, 1, 51, 's') -> frozen 0
            UPDATE billing.wallet SET status = 2 WHERE account_id = t.u(1)
            unit(110, 1, 51, 's') -> closed 0
            unit(109, 1, 51, 's') -> replayed 0
            """
        );

    [Fact]
    public Task A_free_unit_needs_a_product_on_sale_and_an_entitlement_its_term() =>
        ToldAsync(
            """
            unit(101, 1, 51) -> held 0
            unit(102, 1, 51) -> day_limit 0
            unit(103, 1, 52, 'old') -> no_entitlement 0
            unit(103, 1, 52, 's') -> no_entitlement 0
            unit(103, 2, 51) -> no_entitlement 0
            unit(103, 3, 52, 's') -> no_entitlement 0
            unit(103, 3, 52, 'old') -> no_entitlement 0
            say((SELECT count(*) FROM billing.wallet AS w WHERE w.account_id = t.u(3))) -> 0
            unit(104, 1, 53) -> no_entitlement 0
            unit(105, 1, 54, 'month') -> held 0
            unit(106, 1, 54, 'month') -> held 0
            unit(107, 1, 54, 'month') -> period_limit 0
            quota(51) -> D 2030-01-15 0 1
            quota(54) -> P 2030-01-15 0 2
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, day_limit) VALUES ('free', 2, 4, 'F', 'F', '{}', 0, 3)
            clock('2030-01-16 12:00+00')
            unit(108, 1, 51) -> held 0
            unit(109, 1, 51) -> held 0
            quota(51) -> D 2030-01-15 0 1, D 2030-01-16 0 2
            unit(114, 2, 57, 'month') -> held 0
            quota(57) -> P 2030-01-16 0 1
            unit(110, 2, 55) -> held 0
            quota(55) -> D 2030-01-16 0 1
            say((SELECT e.product_version FROM billing.entitlement AS e WHERE e.id = t.u(55))) -> 2
            release(110) -> done 0
            quota(55) -> D 2030-01-16 0 0
            quota(51) -> D 2030-01-15 0 1, D 2030-01-16 0 2
            give(1, 12, 3, 2000) -> granted
            hold(111, 1, 900, 'RUB', 3, 211) -> held 0
            take(111, 900) -> done 900
            deliver(111, 'u', 56, '2030-01-17 12:00+00') -> delivered
            unit(112, 1, 56, 'u') -> ended 0
            clock('2030-01-17 12:00+00')
            unit(112, 1, 56, 'u') -> held 0
            say(coalesce(t.quota(56), 'none')) -> none
            take(112, 1) -> done 1
            entitlement(56) -> price_real 900, used 1; 02-16 12; renews
            clock('2030-02-16 12:00+00')
            unit(113, 1, 56, 'u') -> ended 0
            """
        );

    [Fact]
    public Task A_free_unit_counts_for_what_its_product_limits_that_day() =>
        ToldAsync(
            """
            unit(101, 1, 51) -> held 0
            UPDATE billing.wallet SET tz = 'Pacific/Kiritimati' WHERE account_id = t.u(1)
            clock('2030-01-17 12:00+00')
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, period_limit, day_limit) VALUES ('free', 2, 4, 'F', 'F', '{}', 0, 2, 3)
            unit(102, 1, 51) -> held 0
            quota(51) -> D 2030-01-15 0 1, D 2030-01-18 0 1, P 2030-01-16 0 1
            release(101) -> done 0
            quota(51) -> D 2030-01-15 0 0, D 2030-01-18 0 1, P 2030-01-16 0 1
            unit(103, 1, 51) -> held 0
            unit(104, 1, 51) -> period_limit 0
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, day_limit) VALUES ('free', 3, 4, 'F', 'F', '{}', 0, 3)
            unit(104, 1, 51) -> held 0
            quota(51) -> D 2030-01-15 0 0, D 2030-01-18 0 3, P 2030-01-16 0 2
            unit(105, 1, 51) -> day_limit 0
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, period_limit) VALUES ('free', 4, 4, 'F', 'F', '{}', 0, 9)
            take(103, 1) -> done 1
            unit(105, 1, 51) -> period_limit 0
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, period_limit, day_limit) VALUES ('both', 1, 4, 'B', 'B', '{}', 0, 1, 1)
            unit(107, 1, 52, 'both') -> held 0
            unit(108, 1, 52, 'both') -> period_limit 0
            release(102) -> done 0
            unit(105, 1, 51) -> held 0
            quota(51) -> D 2030-01-15 0 0, D 2030-01-18 1 1, P 2030-01-16 1 1
            clock('2030-01-17 01:00+00')
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, day_limit) VALUES ('free', 5, 4, 'F', 'F', '{}', 0, 3)
            unit(106, 1, 51) -> held 0
            quota(51) -> D 2030-01-15 0 0, D 2030-01-18 1 2, P 2030-01-16 1 1
            """
        );

    [Fact]
    public Task A_hold_that_somebody_else_resolved_in_spite_of_the_lock_is_not_resolved_again() =>
        ToldAsync(
            """
            unit(101, 1, 51) -> held 0
            CREATE FUNCTION t.meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE billing.hold SET state = 2, resolved_at = billing.clock(), sweep_at = NULL; RETURN NULL; END $$
            CREATE TRIGGER meanwhile AFTER UPDATE ON billing.quota_bucket FOR EACH ROW EXECUTE FUNCTION t.meanwhile()
            refused('t.take(101, 1)') -> billing: a hold was resolved without its wallet's lock
            quota(51) -> D 2030-01-15 0 1
            """
        );

    [Fact]
    public Task What_a_batch_spends_of_a_voided_bonus_is_owed_of_that_lot_alone() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(1, 12, 1, 100) -> granted
            hold(101, 1, 60) -> held 0
            hold(102, 1, 90) -> held 0
            hold(103, 1, 50) -> held 0
            void(11, 201) -> voided 0 0 100
            takes('{103,102}', '{50,40}') -> done 50, done 40
            lot(11) -> held 60, spent 40, clawed 40, poisoned 60
            lot(12) -> avail 50, spent 50
            wallet(1) -> avail 50, held 60, debt_bonus 40
            release(101) -> done 0
            lot(11) -> spent 40, voided 60, clawed 40
            say((SELECT x.reason FROM billing.transfer AS x WHERE x.kind = 'Release' AND x.idem_ref = t.u(101))) -> failed
            """
        );

    [Fact]
    public Task A_plan_ends_once_with_what_is_due() =>
        ToldAsync(
            """
            give(1, 11, 1, 400) -> granted
            give(1, 12, 3, 2000) -> granted
            hold(101, 1, 900, 'RUB', 3, 211) -> held 0
            take(101, 900) -> done 900
            deliver(101, 'u', 51) -> delivered
            hold(102, 1, 900, 'RUB', 3, 212) -> held 0
            take(102, 900) -> done 900
            deliver(102, 's', 52) -> delivered
            unit(103, 1, 51, 'u') -> held 0
            unit(104, 1, 53) -> held 0
            clock('2030-01-16 12:00+00')
            begin_refund(59) -> no_entitlement
            begin_refund(53) -> no_entitlement
            begin_refund(51) -> refunding
            begin_refund(51) -> replayed
            unit(105, 1, 51, 'u') -> ended 0
            finish(701, 59, 2, 0, 0) -> no_entitlement
            finish(701, 53, 3, 0, 0) -> no_entitlement
            finish(701, 51, 2, 100, 50) -> busy
            release(103) -> done 0
            finish(701, 51, 2, 501, 0) -> too_much
            finish(701, 51, 2, 0, 401) -> too_much
            finish(701, 51, 0, 0, 0) -> ended
            entitlement(51) -> price_real 500, price_bonus 400; 02-14 12
            unit(105, 1, 51, 'u') -> held 0
            take(105, 1) -> done 1
            begin_refund(51) -> refunding
            finish(51, 51, 2, 100, 50) -> ended
            finish(51, 51, 2, 100, 50) -> replayed
            give_back(51, 101, 100, 50) -> replayed
            begin_refund(51) -> ended
            entitlement(51) -> status 2, price_real 500, price_bonus 400, recognised 750, returned 150, used 1; 01-16 12
            wallet(1) -> avail 750
            lot(11) -> avail 50, spent 350
            lot(12) -> avail 700, spent 1300
            unit(106, 1, 52, 's') -> held 0
            clock('2030-03-16 12:00+00')
            finish(703, 52, 3, 0, 0) -> ended
            entitlement(52) -> status 3, price_real 900, recognised 900, inflight 1; 02-14 12
            take(106, 1) -> done 1
            INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price) VALUES ('ever', 1, 3, 'E', 'E', '{}', 900)
            give(2, 13, 3, 1800) -> granted
            hold(107, 2, 900, 'RUB', 3, 211) -> held 0
            hold(108, 2, 900, 'RUB', 3, 211) -> held 0
            takes('{107,108}', '{900,900}') -> done 900, done 900
            deliver(107, 'ever', 54) -> delivered
            say((SELECT e.ends FROM billing.entitlement AS e WHERE e.id = t.u(54))) -> infinity
            deliver(108, 'u', 55, '2030-03-16 12:00+00') -> delivered
            finish(704, 55, 2, 900, 0) -> ended
            entitlement(55) -> status 2, price_real 900, returned 900; 04-15 12
            wallet(2) -> avail 900
            kinds(1) -> Grant 400, Grant 2000, Hold 0, Capture -900, Hold 0, Capture -900, Return 150, Recognise 0, Recognise 0
            say((SELECT string_agg(x.dr || '>' || x.cr || ' ' || x.amount, ', ' ORDER BY x.dr) FROM billing.posting AS x WHERE x.dr > 209 AND x.cr = 200)) -> 211>200 750, 212>200 900
            """
        );
}
