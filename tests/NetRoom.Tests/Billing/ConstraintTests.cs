using NetRoom.Tests.Support;
using Npgsql;

namespace NetRoom.Tests.Billing;

/// <summary>
/// Each CHECK, unique key, reference and trigger of the ledger, by an attempt that it alone refuses: a copy of a good row
/// with something changed. They are also what the mutation gate (bench/run.sh mutate) asks first.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class ConstraintTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private const string Id = "\"id\": \"00000000-0000-7000-8000-000000000999\"";
    private const string Nobody = "\"00000000-0000-7000-8000-000000000998\"";
    private const string Resolved =
        "\"state\": 1, \"sweep_at\": null, \"resolved_at\": \"2030-01-01\"";

    public static TheoryData<string, string, string> Attempts =>
        new()
        {
            { "wallet_is_not_negative", "wallet", """{"avail": -1}""" },
            { "wallet_is_not_negative", "wallet", """{"held": -1}""" },
            { "wallet_is_not_negative", "wallet", """{"debt_real": -1}""" },
            { "wallet_is_not_negative", "wallet", """{"debt_bonus": -1}""" },
            { "wallet_status_is_known", "wallet", """{"status": 3}""" },
            { "wallet_status_is_known", "wallet", """{"status": -1}""" },
            { "wallet_pkey", "wallet", $$"""{"account_id": {{Nobody}}}""" },
            { "wallet_account_id_key", "wallet", $$"""{ {{Id}} }""" },
            { "lot_conserves", "lot", """{"avail": 901}""" },
            { "lot_is_not_negative", "lot", """{"avail": -1, "spent": 1001}""" },
            { "lot_is_not_negative", "lot", """{"held": -1, "avail": 901, "poisoned": -1}""" },
            { "lot_is_not_negative", "lot", """{"refunded": -1, "avail": 901}""" },
            { "lot_is_not_negative", "lot", """{"expired": -1, "avail": 901}""" },
            { "lot_is_not_negative", "lot", """{"voided": -1, "avail": 901}""" },
            { "lot_is_not_negative", "lot", """{"charged_back": -1, "avail": 901}""" },
            { "lot_is_not_negative", "lot", """{"repaid": -1, "avail": 901}""" },
            { "lot_is_not_negative", "lot", """{"poisoned": -1}""" },
            { "lot_clawed_was_spent", "lot", """{"clawed": 101}""" },
            { "lot_clawed_was_spent", "lot", """{"clawed": -1}""" },
            { "lot_only_real_is_refunded", "lot", """{"class": 1, "refunded": 100, "spent": 0}""" },
            { "lot_real_never_expires", "lot", """{"expires_at": "2030-01-01"}""" },
            { "lot_pack_holds_tokens", "lot", """{"class": 4}""" },
            { "lot_pack_holds_tokens", "lot", """{"asset": "TOK:p"}""" },
            { "lot_poison_is_held", "lot", """{"poisoned": 1}""" },
            { "lot_price_is_booked_once", "lot", """{"recognised": 1}""" },
            { "lot_price_is_booked_once", "lot", """{"returned": 1}""" },
            { "lot_pkey", "lot", """{"source_id": "other"}""" },
            { "lot_source_kind_source_id_class_key", "lot", $$"""{ {{Id}} }""" },
            {
                "lot_wallet_id_fkey",
                "lot",
                $$"""{ {{Id}}, "source_id": "other", "wallet_id": {{Nobody}}}"""
            },
            { "hold_captured_something", "hold", """{"captured": 1}""" },
            {
                "hold_captured_something",
                "hold",
                """{"state": 3, "sweep_at": null, "resolved_at": "2030-01-01"}"""
            },
            {
                "hold_captures_at_most_itself",
                "hold",
                $$"""{ {{Resolved}}, "captured": 101, "uncapped": 101}"""
            },
            { "hold_captures_at_most_itself", "hold", """{"captured": -1}""" },
            {
                "hold_charge_is_capped",
                "hold",
                $$"""{ {{Resolved}}, "captured": 10, "uncapped": 9}"""
            },
            { "hold_is_funded", "hold", $$"""{"entitlement_id": {{Nobody}}}""" },
            { "hold_is_funded", "hold", """{"asset": "UNIT"}""" },
            { "hold_open_is_swept", "hold", """{"sweep_at": null}""" },
            { "hold_open_is_swept", "hold", """{"resolved_at": "2030-01-01"}""" },
            { "hold_returns_at_most_captured", "hold", """{"returned_real": 1}""" },
            { "hold_returns_at_most_captured", "hold", """{"returned_bonus": 1}""" },
            {
                "hold_returns_at_most_captured",
                "hold",
                """{"returned_real": -1, "returned_bonus": 1}"""
            },
            { "hold_pkey", "hold", $$"""{"job_id": {{Nobody}}}""" },
            { "hold_job_id_key", "hold", $$"""{ {{Id}} }""" },
            { "transfer_direction", "transfer", """{"amount": -1}""" },
            { "transfer_direction", "transfer", """{"kind": "Capture"}""" },
            { "transfer_pkey", "transfer", $$"""{"idem_ref": {{Nobody}}, "number": 9}""" },
            { "transfer_kind_idem_ref_key", "transfer", $$"""{ {{Id}}, "number": 9}""" },
            { "transfer_statement", "transfer", $$"""{ {{Id}}, "idem_ref": {{Nobody}}}""" },
            { "posting_account_is_known", "posting", """{"cr": 5}""" },
            { "posting_account_is_known", "posting", """{"dr": 350}""" },
            { "posting_moves_something", "posting", """{"amount": 0}""" },
            { "posting_moves_something", "posting", """{"amount": -1}""" },
            { "posting_moves", "posting", """{"dr": 1}""" },
            { "posting_pkey", "posting", "{}" },
            { "payment_amount_check", "payment", """{"amount": 10001}""" },
            { "payment_amount_check", "payment", """{"amount": 0}""" },
            { "payment_charged_back_check", "payment", """{"charged_back": -1}""" },
            { "payment_charges_back_at_most_itself", "payment", """{"charged_back": 10001}""" },
            { "payment_refunded_check", "payment", """{"refunded": -1}""" },
            { "payment_refunds_at_most_itself", "payment", """{"refunded": 10001}""" },
            { "payment_psp_check", "payment", """{"psp": "Name of a bank"}""" },
            { "payment_psp_payment_id_check", "payment", """{"psp_payment_id": ""}""" },
            { "payment_pkey", "payment", $$"""{"lot_id": {{Nobody}}, "psp": "b"}""" },
            { "payment_lot_id_key", "payment", $$"""{ {{Id}}, "psp": "b"}""" },
            {
                "payment_psp_psp_payment_id_key",
                "payment",
                $$"""{ {{Id}}, "lot_id": {{Nobody}}}"""
            },
            {
                "payment_lot_id_fkey",
                "payment",
                $$"""{ {{Id}}, "lot_id": {{Nobody}}, "psp": "b"}"""
            },
            {
                "payment_wallet_id_fkey",
                "payment",
                $$"""{ {{Id}}, "lot_id": "00000000-0000-7000-8000-000000000012", "psp": "b", "wallet_id": {{Nobody}}}"""
            },
            { "product_id_check", "product", """{"id": "A name"}""" },
            { "product_version_check", "product", """{"version": 0}""" },
            { "product_kind_check", "product", """{"kind": 5}""" },
            { "product_price_check", "product", """{"price": -1}""" },
            { "product_tokens_check", "product", """{"kind": 1, "tokens": 0}""" },
            { "product_days_check", "product", """{"days": 0}""" },
            { "product_day_limit_check", "product", """{"day_limit": 0}""" },
            { "product_period_limit_check", "product", """{"period_limit": 0}""" },
            { "product_refund_days_check", "product", """{"refund_days": -1}""" },
            { "product_token_price_check", "product", """{"token_price": -1}""" },
            { "product_pack_has_tokens", "product", """{"kind": 1}""" },
            { "product_pack_has_tokens", "product", """{"tokens": 5}""" },
            {
                "product_quota_has_limit",
                "product",
                """{"period_limit": null, "day_limit": null}"""
            },
            { "product_pkey", "product", "{}" },
            { "entitlement_ends_after_start", "entitlement", """{"ends": "2030-01-01"}""" },
            { "entitlement_inflight_check", "entitlement", """{"inflight": -1}""" },
            { "entitlement_kind_check", "entitlement", """{"kind": 1}""" },
            { "entitlement_price_bonus_check", "entitlement", """{"price_bonus": -1}""" },
            {
                "entitlement_price_real_check",
                "entitlement",
                """{"price_real": -1, "recognised": -1}"""
            },
            { "entitlement_price_is_booked_once", "entitlement", """{"recognised": 101}""" },
            { "entitlement_price_is_booked_once", "entitlement", """{"returned": 101}""" },
            { "entitlement_recognised_check", "entitlement", """{"recognised": -1}""" },
            { "entitlement_returned_check", "entitlement", """{"returned": -1}""" },
            { "entitlement_status_check", "entitlement", """{"status": 4}""" },
            { "entitlement_used_check", "entitlement", """{"used": -1}""" },
            {
                "entitlement_pkey",
                "entitlement",
                """{"kind": 2, "hold_id": null, "follows": null}"""
            },
            {
                "entitlement_hold_id_key",
                "entitlement",
                $$"""{ {{Id}}, "kind": 2, "follows": null}"""
            },
            {
                "entitlement_follows_key",
                "entitlement",
                $$"""{ {{Id}}, "kind": 2, "hold_id": null}"""
            },
            {
                "entitlement_free_once",
                "entitlement",
                $$"""{ {{Id}}, "hold_id": null, "follows": null}"""
            },
            {
                "entitlement_wallet_id_fkey",
                "entitlement",
                $$"""{ {{Id}}, "hold_id": null, "follows": null, "wallet_id": {{Nobody}}}"""
            },
            {
                "entitlement_product_id_product_version_fkey",
                "entitlement",
                $$"""{ {{Id}}, "hold_id": null, "follows": null, "product_id": "other"}"""
            },
            { "quota_bucket_kind_check", "quota_bucket", """{"kind": "M"}""" },
            { "quota_bucket_held_check", "quota_bucket", """{"held": -1}""" },
            { "quota_bucket_used_check", "quota_bucket", """{"used": -1}""" },
            { "quota_bucket_lim_check", "quota_bucket", """{"lim": 0}""" },
            { "quota_is_not_passed", "quota_bucket", """{"used": 2, "held": 2}""" },
            { "quota_bucket_pkey", "quota_bucket", "{}" },
            {
                "quota_bucket_entitlement_id_fkey",
                "quota_bucket",
                $$"""{"entitlement_id": {{Nobody}}}"""
            },
            { "refund_amount_check", "refund", """{"amount": 10001}""" },
            { "refund_amount_check", "refund", """{"amount": 0}""" },
            { "refund_clause_check", "refund", """{"clause": "as they asked"}""" },
            { "refund_state_check", "refund", """{"state": 4}""" },
            { "refund_pkey", "refund", $$"""{"hold_id": {{Nobody}}}""" },
            { "refund_hold_id_key", "refund", $$"""{ {{Id}} }""" },
            {
                "refund_payment_id_fkey",
                "refund",
                $$"""{ {{Id}}, "hold_id": {{Nobody}}, "payment_id": {{Nobody}}}"""
            },
            { "chargeback_amount_check", "chargeback", """{"amount": 10001}""" },
            { "chargeback_amount_check", "chargeback", """{"amount": 0}""" },
            { "chargeback_case_id_check", "chargeback", """{"case_id": ""}""" },
            { "chargeback_pkey", "chargeback", """{"psp": "b"}""" },
            { "chargeback_psp_case_id_key", "chargeback", $$"""{ {{Id}} }""" },
            {
                "chargeback_payment_id_fkey",
                "chargeback",
                $$"""{ {{Id}}, "psp": "b", "payment_id": {{Nobody}}}"""
            },
            { "adjustment_amount_check", "adjustment", """{"amount": 0}""" },
            { "adjustment_class_check", "adjustment", """{"class": 4}""" },
            { "adjustment_reason_check", "adjustment", """{"reason": "they asked"}""" },
            { "adjustment_reference_check", "adjustment", """{"reference": "Mr X"}""" },
            { "adjustment_state_check", "adjustment", """{"state": 3}""" },
            { "adjustment_has_two_people", "adjustment", """{"state": 1}""" },
            { "adjustment_pkey", "adjustment", "{}" },
            {
                "adjustment_wallet_id_fkey",
                "adjustment",
                $$"""{ {{Id}}, "wallet_id": {{Nobody}}}"""
            },
            { "seal_seq_check", "seal", """{"seq": 0}""" },
            { "seal_count_check", "seal", """{"count": -1}""" },
            { "seal_has_a_range", "seal", """{"to_txid": 1}""" },
            { "seal_merkle_root_check", "seal", """{"merkle_root": "\\x00"}""" },
            { "seal_previous_check", "seal", """{"previous": "\\x00"}""" },
            { "seal_root_check", "seal", """{"root": "\\x00"}""" },
            { "seal_pkey", "seal", "{}" },
            { "recon_run_pkey", "recon_run", "{}" },
            { "recon_diff_pkey", "recon_diff", """{"found": 9}""" },
            { "recon_diff_once", "recon_diff", """{"id": 2}""" },
            {
                "recon_diff_run_id_fkey",
                "recon_diff",
                $$"""{"id": 2, "found": 9, "run_id": {{Nobody}}}"""
            },
        };

    [Theory]
    [MemberData(nameof(Attempts))]
    [Invariant(1, 2, 9, 10, 13, 15, 16, 17, 23, 25)]
    public async Task The_database_refuses_the_row(string constraint, string table, string change)
    {
        await using var script = await LedgerScript.BeginAsync(ledger.Database.ConnectionString);
        await script.ExecuteAsync(Rows.Good);
        var refused = await Should.ThrowAsync<PostgresException>(() =>
            script.ExecuteAsync($"SELECT t.copy('billing.{table}', '{change}')")
        );
        refused.ConstraintName.ShouldBe(constraint);
    }

    [Theory]
    [InlineData("transfer", "amount = 0")]
    [InlineData("posting", "amount = 1")]
    [InlineData("product", "price = 0")]
    [Invariant(35)]
    public async Task What_is_written_stays(string table, string change)
    {
        foreach (
            var sql in new[]
            {
                $"UPDATE billing.{table} SET {change}",
                $"DELETE FROM billing.{table}",
                $"TRUNCATE billing.{table} CASCADE",
            }
        )
        {
            await using var script = await LedgerScript.BeginAsync(
                ledger.Database.ConnectionString
            );
            var refused = await Should.ThrowAsync<PostgresException>(() =>
                script.ExecuteAsync(sql)
            );
            refused.MessageText.ShouldBe($"billing.{table} is append-only");
        }
    }

    /// <summary>A new constraint needs an attempt above.</summary>
    [Fact]
    public async Task Every_constraint_is_attempted()
    {
        await using var script = await LedgerScript.BeginAsync(ledger.Database.ConnectionString);
        var known = await script.AskAsync(
            """
            SELECT string_agg(name, ' ' ORDER BY name) FROM (
                SELECT conname AS name FROM pg_constraint
                 WHERE connamespace = 'billing'::regnamespace AND contype IN ('c', 'p', 'u', 'f', 'x') AND conname NOT LIKE '%_is_right'
                UNION
                SELECT i.relname FROM pg_index JOIN pg_class AS i ON i.oid = indexrelid
                 WHERE indisunique AND i.relnamespace = 'billing'::regnamespace
                UNION
                SELECT rule[1] FROM pg_proc, regexp_matches(prosrc, $r$'((?:wallet|lot|hold|transfer|posting)_\w+)'$r$, 'g') AS rule
                 WHERE pronamespace = 'billing'::regnamespace AND proname = 'is_right'
            ) AS c
            """
        );
        known.Split(' ').Except(Attempts.Select(row => (string)row[0])).ShouldBeEmpty();
    }
}
