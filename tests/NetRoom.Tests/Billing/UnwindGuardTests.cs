using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing;

/// <summary>What goes back and what is taken back: each guard and each order of Functions/05_unwind.sql by a case that needs it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class UnwindGuardTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private Task ToldAsync(string story) =>
        LedgerScript.RunAsync(ledger.Database.ConnectionString, story);

    [Fact]
    public Task A_voided_bonus_goes_is_owed_or_waits_for_its_run() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(1, 12, 1, 100) -> granted
            give(1, 13, 3, 100) -> granted
            give(1, 15, 2, 100) -> granted
            give(2, 14, 1, 100) -> granted
            hold(101, 1, 30) -> held 0
            hold(102, 1, 40) -> held 0
            take(101, 30) -> done 30
            void(19, 201) -> no_lot
            void(13, 201) -> not_bonus
            void(11, 201) -> voided 30 30 40
            void(11, 202) -> replayed 0 0 0
            lot(11) -> held 40, spent 30, voided 30, clawed 30, poisoned 40
            wallet(1) -> avail 300, held 40, debt_bonus 30
            lot(12) -> avail 100
            lot(14) -> avail 100
            take(102, 25) -> done 25
            lot(11) -> spent 55, voided 45, clawed 55
            wallet(1) -> avail 300, debt_bonus 55
            void(15, 203) -> voided 100 0 0
            lot(15) -> voided 100
            hold(103, 1, 10) -> held 0
            hold(104, 1, 20) -> held 0
            void(12, 204) -> voided 70 0 30
            takes('{103,104}', '{10,5}') -> done 10, done 5
            lot(12) -> spent 15, voided 85, clawed 15
            wallet(1) -> avail 100, debt_bonus 70
            kinds(1) -> Grant 100, Grant 100, Grant 100, Grant 100, Hold 0, Hold 0, Capture -30, Void -30, Clawback 0, Capture -25, Void -15, Clawback 0, Void -100, Hold 0, Hold 0, Void -70, Capture -10, Clawback 0, Capture -5, Void -15, Clawback 0
            """
        );

    [Fact]
    public Task A_bank_takes_what_is_left_waits_for_what_is_held_and_is_owed_the_rest() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            top_up(1, 302, 1000000) -> credited
            top_up(2, 303, 1000000) -> credited
            hold(101, 1, 300000) -> held 0
            take(101, 300000) -> done 300000
            hold(102, 1, 400000) -> held 0
            charge_back('a', 309, 10000) -> no_payment
            charge_back('a', 301, 1010000) -> too_much
            charge_back('a', 301, 500000) -> done
            charge_back('a', 301, 500000) -> replayed
            charge_back('a', 302, 500000) -> reused
            charge_back('a', 301, 510000) -> reused
            charge_back('b', 301, 510000) -> too_much
            paid(301) -> held 400000, spent 300000, charged_back 300000, poisoned 200000; charged_back 500000
            paid(302) -> avail 1000000; nothing
            wallet(1) -> avail 1000000, held 400000
            charge_back('b', 301, 500000) -> done
            paid(301) -> held 400000, spent 300000, charged_back 300000, poisoned 400000; charged_back 1000000
            wallet(1) -> avail 1000000, held 400000, debt_real 300000
            hold(103, 1, 10) -> debt 0
            take(102, 150000) -> done 150000
            paid(301) -> spent 450000, charged_back 550000; charged_back 1000000
            wallet(1) -> avail 1000000, debt_real 450000
            say(billing.charge_back(t.u(399), 'other', 'a', t.u(303), 10000, NULL)) -> done
            say(billing.reverse_chargeback('other', 'a', NULL)) -> done
            paid(303) -> avail 1000000; nothing
            top_up(3, 304, 10000) -> credited
            hold(104, 3, 10000) -> held 0
            charge_back('c', 304, 10000) -> done
            paid(304) -> held 10000, poisoned 10000; charged_back 10000
            reverse('c') -> done
            paid(304) -> held 10000; nothing
            kinds(3) -> Grant 10000, Hold 0
            kinds(1) -> Grant 1000000, Grant 1000000, Hold 0, Capture -300000, Hold 0, Chargeback -300000, Chargeback 0, Capture -150000, Chargeback -250000
            """
        );

    [Fact]
    public Task A_bonus_that_came_with_a_charged_back_payment_is_voided() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            hold(101, 1, 10000) -> held 0
            say(billing.grant(t.u(1), t.u(12), 1::smallint, 'RUB', 400, 300::smallint, 'story', 'x', NULL, (SELECT p.lot_id FROM billing.payment AS p WHERE p.id = t.u(301)), NULL, NULL)) -> granted
            say(billing.grant(t.u(1), t.u(11), 1::smallint, 'RUB', 500, 300::smallint, 'story', 'y', NULL, (SELECT p.lot_id FROM billing.payment AS p WHERE p.id = t.u(301)), NULL, NULL)) -> granted
            give(1, 13, 1, 500) -> granted
            release(101) -> done 0
            charge_back('a', 301, 1000000) -> done
            lot(11) -> voided 500
            lot(12) -> voided 400
            lot(13) -> avail 500
            kinds(1) -> Grant 1000000, Hold 0, Grant 400, Grant 500, Grant 500, Release 0, Chargeback -1000000, Void -500, Void -400
            """
        );

    [Fact]
    public Task A_reversed_chargeback_is_undone_in_mirror_order() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            hold(101, 1, 300000) -> held 0
            take(101, 300000) -> done 300000
            hold(102, 1, 400000) -> held 0
            reverse('a') -> no_case
            charge_back('a', 301, 1000000) -> done
            paid(301) -> held 400000, spent 300000, charged_back 300000, poisoned 400000; charged_back 1000000
            top_up(2, 309, 1000000) -> credited
            charge_back('z', 309, 500000) -> done
            reverse('a') -> done
            reverse('a') -> replayed
            paid(301) -> avail 300000, held 400000, spent 300000; nothing
            paid(309) -> avail 500000, charged_back 500000; charged_back 500000
            wallet(1) -> avail 300000, held 400000
            release(102) -> done 0
            charge_back('b', 301, 900000) -> done
            wallet(1) -> debt_real 200000
            top_up(1, 302, 150000) -> credited
            top_up(1, 303, 30000) -> credited
            write_off(401, 1, 15000, 0) -> done
            wallet(1) -> debt_real 5000
            reverse('b') -> done
            paid(301) -> avail 700000, spent 300000; nothing
            paid(302) -> avail 150000; nothing
            paid(303) -> avail 30000; nothing
            wallet(1) -> avail 880000
            kinds(1) -> Grant 1000000, Hold 0, Capture -300000, Hold 0, Chargeback -300000, ChargebackReversal 300000, Release 0, Chargeback -700000, Grant 150000, Repay -150000, Grant 30000, Repay -30000, WriteOff 0, ChargebackReversal 880000
            """
        );

    [Fact]
    public Task What_a_reversal_brings_back_repays_other_cases() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            top_up(1, 302, 1000000) -> credited
            hold(101, 1, 1000000) -> held 0
            take(101, 1000000) -> done 1000000
            charge_back('a', 302, 600000) -> done
            charge_back('b', 301, 300000) -> done
            wallet(1) -> avail 400000, debt_real 300000
            reverse('a') -> done
            paid(302) -> avail 700000, repaid 300000; nothing
            wallet(1) -> avail 700000
            kinds(1) -> Grant 1000000, Grant 1000000, Hold 0, Capture -1000000, Chargeback -600000, Chargeback 0, ChargebackReversal 600000, Repay -300000
            """
        );

    [Fact]
    public Task A_charge_returns_to_the_lots_it_came_from_last_first() =>
        ToldAsync(
            """
            give(1, 11, 1, 100, '2030-01-15 13:00+00') -> granted
            give(1, 12, 1, 100, '2030-01-15 15:00+00') -> granted
            give(1, 13, 3, 100) -> granted
            give(1, 14, 3, 100) -> granted
            give(2, 15, 3, 100) -> granted
            hold(101, 1, 350) -> held 0
            hold(102, 2, 50) -> held 0
            give_back(501, 101, 10, 0) -> too_much
            take(101, 350) -> done 350
            take(102, 50) -> done 50
            give_back(501, 199, 10, 0) -> no_hold
            give_back(501, 101, 0, 0) -> too_much
            give_back(501, 101, -1, 10) -> too_much
            give_back(501, 101, 151, 0) -> too_much
            give_back(501, 101, 0, 201) -> too_much
            give_back(501, 101, 70, 110) -> returned
            give_back(501, 101, 70, 110) -> replayed
            give_back(501, 101, 70, 111) -> reused
            give_back(501, 102, 50, 0) -> reused
            lot(11) -> avail 10, spent 90
            lot(12) -> avail 100
            lot(13) -> avail 20, spent 80
            lot(14) -> avail 100
            clock('2030-01-15 13:00+00')
            give_back(502, 101, 80, 90) -> returned
            lot(11) -> avail 10, expired 90
            lot(13) -> avail 100
            give_back(503, 101, 1, 0) -> too_much
            hold(103, 2, 40) -> held 0
            take(103, 30) -> done 30
            give_back(503, 103, 31, 0) -> too_much
            wallet(1) -> avail 310
            kinds(1) -> Grant 100, Grant 100, Grant 100, Grant 100, Hold 0, Capture -350, Return 180, Return 170, Expire -90
            """
        );

    [Fact]
    public Task What_repaid_a_debt_returns_to_the_lots_that_did() =>
        ToldAsync(
            """
            top_up(1, 301, 100000) -> credited
            top_up(1, 302, 50000) -> credited
            give(1, 11, 1, 50) -> granted
            hold(101, 1, 150050) -> held 0
            take(101, 150050) -> done 150050
            void(11, 201) -> voided 0 50 0
            give(1, 70, 1, 50) -> granted
            charge_back('a', 301, 100000) -> done
            give(1, 61, 3, 60000) -> granted
            write_off(401, 1, 15000, 0) -> done
            give(1, 62, 3, 30000) -> granted
            give(1, 63, 3, 10) -> granted
            charge_back('b', 302, 50000) -> done
            give(1, 64, 3, 50000) -> granted
            top_up(2, 311, 50000) -> credited
            hold(102, 2, 50000) -> held 0
            take(102, 50000) -> done 50000
            charge_back('c', 311, 50000) -> done
            give(2, 65, 3, 50000) -> granted
            wallet(1) -> avail 5010
            reverse('b') -> done
            lot(64) -> avail 35000, repaid 15000
            wallet(1) -> avail 40010
            reverse('a') -> done
            lot(61) -> avail 60000
            lot(62) -> avail 30000
            lot(64) -> avail 50000
            lot(65) -> repaid 50000
            lot(70) -> repaid 50
            wallet(1) -> avail 140010
            """
        );

    [Fact]
    public Task Of_what_repaid_a_debt_only_as_much_returns_as_is_not_owed_any_more() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            hold(101, 1, 100) -> held 0
            take(101, 100) -> done 100
            void(11, 201) -> voided 0 100 0
            give(1, 12, 1, 100) -> granted
            lot(12) -> repaid 100
            give_back(501, 101, 0, 30) -> returned
            lot(12) -> avail 30, repaid 70
            give_back(502, 101, 0, 70) -> returned
            lot(11) -> voided 100
            lot(12) -> avail 100
            """
        );

    [Fact]
    public Task What_was_given_up_is_not_owed_again() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(2, 12, 1, 30) -> granted
            hold(101, 1, 100) -> held 0
            hold(102, 2, 30) -> held 0
            takes('{101,102}', '{100,30}') -> done 100, done 30
            void(11, 201) -> voided 0 100 0
            void(12, 202) -> voided 0 30 0
            write_off(401, 1, 0, 60) -> done
            give(1, 14, 1, 40) -> granted
            top_up(1, 301, 10000) -> credited
            hold(103, 1, 10000) -> held 0
            take(103, 10000) -> done 10000
            charge_back('a', 301, 10000) -> done
            top_up(1, 302, 20000) -> credited
            give_back(501, 101, 0, 100) -> returned
            lot(11) -> voided 100
            lot(14) -> avail 40
            wallet(1) -> avail 10040
            """
        );

    [Fact]
    public Task What_returns_to_a_voided_bonus_cancels_what_is_owed_for_it() =>
        ToldAsync(
            """
            give(1, 11, 1, 100) -> granted
            give(1, 20, 1, 10) -> granted
            give(1, 13, 3, 100) -> granted
            give(2, 31, 1, 50, '2030-01-15 13:00+00') -> granted
            hold(101, 1, 80) -> held 0
            hold(102, 2, 50) -> held 0
            takes('{101,102}', '{80,50}') -> done 80, done 50
            void(11, 201) -> voided 20 80 0
            void(31, 202) -> voided 0 50 0
            wallet(1) -> avail 110, debt_bonus 80
            give(1, 12, 1, 30, '2030-01-15 13:00+00') -> granted
            give(1, 14, 1, 10) -> granted
            give(2, 32, 1, 20) -> granted
            write_off(401, 1, 0, 15) -> done
            wallet(1) -> avail 110, debt_bonus 25
            clock('2030-01-15 13:00+00')
            give_back(501, 101, 0, 20) -> returned
            wallet(1) -> avail 110, debt_bonus 5
            give_back(502, 101, 0, 30) -> returned
            give_back(502, 101, 0, 30) -> replayed
            lot(12) -> repaid 30
            lot(14) -> avail 10
            give_back(503, 101, 0, 30) -> returned
            lot(11) -> voided 100
            lot(12) -> expired 30
            lot(20) -> avail 10
            wallet(1) -> avail 120
            give_back(504, 102, 0, 50) -> returned
            lot(31) -> voided 50
            lot(32) -> avail 20
            give(3, 41, 1, 100) -> granted
            hold(103, 3, 100) -> held 0
            take(103, 100) -> done 100
            void(41, 203) -> voided 0 100 0
            give(3, 46, 1, 40) -> granted
            void(46, 204) -> voided 0 40 0
            give(3, 45, 1, 100) -> granted
            give_back(505, 103, 0, 100) -> returned
            lot(45) -> avail 100
            lot(46) -> repaid 40, clawed 40
            kinds(1) -> Grant 100, Grant 10, Grant 100, Hold 0, Capture -80, Void -20, Clawback 0, Grant 30, Repay -30, Grant 10, Repay -10, WriteOff 0, Return 20, Void -20, Clawback 0, Return 40, Void -30, Clawback 0, Return 60, Void -30, Clawback 0, Expire -30
            """
        );

    [Fact]
    public Task Real_money_that_returns_repays_a_real_debt() =>
        ToldAsync(
            """
            top_up(1, 301, 100000) -> credited
            top_up(1, 302, 100000) -> credited
            hold(101, 1, 150000) -> held 0
            take(101, 150000) -> done 150000
            charge_back('a', 301, 70000) -> done
            give_back(501, 101, 30000, 0) -> returned
            wallet(1) -> avail 50000, debt_real 40000
            give_back(502, 101, 60000, 0) -> returned
            wallet(1) -> avail 70000
            paid(301) -> avail 20000, spent 60000, repaid 20000; charged_back 70000
            paid(302) -> avail 50000, repaid 50000; nothing
            kinds(1) -> Grant 100000, Grant 100000, Hold 0, Capture -150000, Chargeback 0, Return 30000, Repay -30000, Return 60000, Repay -40000
            """
        );

    [Fact]
    public Task Unspent_real_money_goes_out_once_and_no_more_than_there_is() =>
        ToldAsync(
            """
            top_up(1, 301, 1000000) -> credited
            top_up(1, 302, 1000000) -> credited
            top_up(1, 303, 1000000, 'n', false) -> credited
            top_up(2, 304, 1000000) -> credited
            hold(101, 1, 305000) -> held 0
            refund(601, 309, 10000) -> no_payment
            refund(601, 303, 10000) -> not_refundable 1000000
            refund(601, 301, 700000) -> too_much 690000
            refund(601, 301, 15000) -> too_much 690000
            refund(601, 301, 0) -> too_much 690000
            refund(601, 301, -10000) -> too_much 690000
            refund(601, 301, 200000) -> started 690000
            refund(601, 301, 200000) -> replayed
            refund(601, 301, 210000) -> reused
            refund(601, 302, 200000) -> reused
            paid(301) -> avail 495000, held 505000; refunded 200000
            paid(302) -> avail 1000000; nothing
            paid_out(609, true) -> no_refund
            came_back(601) -> no_refund
            paid_out(601, true) -> done
            paid_out(601, true) -> replayed
            paid_out(601, false) -> replayed
            paid(301) -> avail 495000, held 305000, refunded 200000; refunded 200000
            say((SELECT x.reason FROM billing.transfer AS x WHERE x.kind = 'Refund' AND x.idem_ref = t.u(1601))) -> refund
            give_back(501, 1601, 200000, 0) -> too_much
            refund(602, 301, 490000) -> started 490000
            came_back(602) -> no_refund
            paid_out(602, false) -> done
            came_back(602) -> no_refund
            paid(301) -> avail 495000, held 305000, refunded 200000; refunded 200000
            wallet(1) -> avail 2495000, held 305000
            refund(603, 302, 1000000) -> started 1000000
            paid_out(603, true) -> done
            charge_back('a', 302, 300000) -> done
            refund(604, 301, 10000) -> debt 490000
            came_back(603) -> done
            came_back(603) -> replayed
            wallet(1) -> avail 2195000, held 305000
            paid(302) -> avail 700000, repaid 300000; charged_back 300000
            refund(605, 302, 10000) -> started 700000
            refund(605, 302, 710000) -> reused
            refund(607, 304, 1000000) -> started 1000000
            paid_out(607, true) -> done
            came_back(607) -> done
            paid(304) -> avail 1000000; nothing
            kinds(2) -> Grant 1000000, Hold 0, Refund -1000000, PayoutReturn 1000000
            UPDATE billing.wallet SET status = 2 WHERE account_id = t.u(1)
            refund(606, 301, 10000) -> closed 490000
            kinds(1) -> Grant 1000000, Grant 1000000, Grant 1000000, Hold 0, Hold 0, Refund -200000, Hold 0, Release 0, Hold 0, Refund -1000000, Chargeback 0, PayoutReturn 1000000, Repay -300000, Hold 0
            """
        );
}
