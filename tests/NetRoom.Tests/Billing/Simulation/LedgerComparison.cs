using System.Globalization;
using Npgsql;

namespace NetRoom.Tests.Billing.Simulation;

/// <summary>A wallet as it is stored against its model, row for row (44).</summary>
internal static class LedgerComparison
{
    public static async Task CompareAsync(
        NpgsqlDataSource source,
        WalletDriver driver,
        int seed,
        DateTimeOffset now
    )
    {
        var stored = await StoredAsync(source, driver.Account);
        var model = ModelRows(driver.Model, now);
        var wrong = stored
            .Except(model)
            .Select(row => "stored: " + row)
            .Concat(model.Except(stored).Select(row => "model:  " + row))
            .Order(StringComparer.Ordinal)
            .Take(12)
            .ToArray();
        if (wrong.Length > 0)
            throw new SimulationException(
                $"NETROOM_SEED={seed}, {driver.Account} after {driver.Steps} steps at {now:O}:\n{string.Join('\n', wrong)}"
            );
    }

    private static HashSet<string> ModelRows(ModelWallet model, DateTimeOffset now) =>
        [
            .. model.Lots.Select(lot =>
                $"lot {lot.Source} class {lot.Class} until {At(lot.Expires)} {lot.Row}"
            ),
            .. model.Holds.Values.Select(hold =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"hold {hold.Id} {hold.Asset} {hold.Amount} {hold.State} {hold.Captured} {hold.ReturnedReal} {hold.ReturnedBonus}"
                )
            ),
            .. model.Payments.Select(payment =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"payment {payment.Id} {payment.Amount} {payment.Refunded} {payment.ChargedBack}"
                )
            ),
            .. model.Entitlements.Values.Select(e =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"entitlement {e.Id} {e.Status} {e.Used} {e.InFlight} {e.PriceReal} {e.PriceBonus} {e.Recognised} {e.Returned}"
                )
            ),
            .. model.Entitlements.Values.SelectMany(e =>
                e.Buckets.Select(bucket =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"bucket {e.Id} {bucket.Key.Kind} {bucket.Key.Key:yyyy-MM-dd} {bucket.Value.Used} {bucket.Value.Held}"
                    )
                )
            ),
            string.Create(CultureInfo.InvariantCulture, $"spendable {model.Spendable(now)}"),
        ];

    private static string At(DateTimeOffset at) =>
        at == DateTimeOffset.MaxValue
            ? "infinity"
            : at.ToUniversalTime()
                .ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static async Task<HashSet<string>> StoredAsync(NpgsqlDataSource source, Guid account)
    {
        await using var command = source.CreateCommand(
            """
            WITH w AS (SELECT id FROM billing.wallet WHERE account_id = $1)
            SELECT format('lot %s|%s class %s until %s %s granted %s avail %s held %s spent %s refunded %s expired %s voided %s back %s repaid %s clawed %s poisoned %s price %s+%s recognised %s returned %s',
                          source_kind, source_id, class,
                          CASE WHEN expires_at = 'infinity' THEN 'infinity' ELSE to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') END,
                          asset, granted, avail, held, spent, refunded, expired, voided, charged_back, repaid, clawed, poisoned,
                          price_real, price_bonus, recognised, returned)
              FROM billing.lot JOIN w ON wallet_id = w.id
            UNION ALL
            SELECT format('hold %s %s %s %s %s %s %s', h.id, asset, amount, state, captured, returned_real, returned_bonus)
              FROM billing.hold h JOIN w ON wallet_id = w.id
            UNION ALL
            SELECT format('payment %s %s %s %s', p.id, amount, refunded, charged_back) FROM billing.payment p JOIN w ON wallet_id = w.id
            UNION ALL
            SELECT format('entitlement %s %s %s %s %s %s %s %s', e.id, status, used, inflight, price_real, price_bonus, recognised, returned)
              FROM billing.entitlement e JOIN w ON wallet_id = w.id
            UNION ALL
            SELECT format('bucket %s %s %s %s %s', e.id, b.kind, b.key, b.used, b.held)
              FROM billing.entitlement e JOIN w ON wallet_id = w.id JOIN billing.quota_bucket b ON b.entitlement_id = e.id
            UNION ALL
            SELECT format('spendable %s', billing.spendable(w.id)) FROM w
            """
        );
        command.Parameters.Add(new() { Value = account });
        var rows = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
