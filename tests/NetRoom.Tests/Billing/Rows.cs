namespace NetRoom.Tests.Billing;

/// <summary>A good row of every table of the ledger, for the attempts to spoil.</summary>
internal static class Rows
{
    public const string Good = """
        INSERT INTO billing.wallet (id, account_id, avail) VALUES (t.u(1), t.u(2), 900);
        INSERT INTO billing.lot (id, wallet_id, class, source_kind, source_id, granted, avail, spent)
        VALUES (t.u(11), t.u(1), 3, 'payment', 'a', 1000, 900, 100);
        INSERT INTO billing.hold (id, wallet_id, job_id, amount, sweep_at) VALUES (t.u(21), t.u(1), t.u(22), 100, '2030-01-01');
        INSERT INTO billing.transfer (id, wallet_id, number, kind, idem_ref, amount, at, hash)
        VALUES (t.u(31), t.u(1), 1, 'Grant', t.u(11), 1000, '2030-01-01', '\x00');
        INSERT INTO billing.posting (transfer_id, seq, dr, cr, lot_id, amount) VALUES (t.u(31), 1, 100, 1, t.u(11), 1000);
        INSERT INTO billing.payment (id, wallet_id, lot_id, psp, psp_payment_id, amount, paid_at)
        VALUES (t.u(41), t.u(1), t.u(11), 'a', 'a', 10000, '2030-01-01');
        INSERT INTO billing.lot (id, wallet_id, class, source_kind, source_id, granted, avail)
        VALUES (t.u(12), t.u(1), 1, 'bonus', 'a', 1000, 1000);
        INSERT INTO billing.product (id, version, kind, name_en, name_ru, models, price, period_limit)
        VALUES ('free', 1, 4, 'Free', 'Free', '{}', 0, 3);
        INSERT INTO billing.entitlement (id, wallet_id, product_id, product_version, kind, hold_id, price_real, starts, follows)
        VALUES (t.u(51), t.u(1), 'free', 1, 4, t.u(52), 100, '2030-01-01', t.u(53));
        INSERT INTO billing.quota_bucket (entitlement_id, kind, key, lim) VALUES (t.u(51), 'P', '2030-01-01', 3);
        INSERT INTO billing.refund (id, payment_id, hold_id, amount, clause) VALUES (t.u(61), t.u(41), t.u(62), 10000, 'asked');
        INSERT INTO billing.chargeback (id, psp, case_id, payment_id, amount) VALUES (t.u(71), 'a', 'a', t.u(41), 10000);
        INSERT INTO billing.adjustment (id, wallet_id, class, amount, reason, asked_by, decided_by, needs_second)
        VALUES (t.u(81), t.u(1), 1, 100, 'sorry', t.u(82), t.u(82), true);
        INSERT INTO billing.seal (seq, from_txid, to_txid, count, merkle_root, previous, root)
        VALUES (1, 1, 2, 0, sha256(''), sha256(''), sha256(''));
        INSERT INTO billing.recon_run (id, is_full) VALUES (t.u(91), false);
        INSERT INTO billing.recon_diff (id, run_id, invariant, wallet_id) OVERRIDING SYSTEM VALUE VALUES (1, t.u(91), 3, t.u(1));
        """;
}
