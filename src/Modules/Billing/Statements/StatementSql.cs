namespace NetRoom.Billing.Statements;

/// <summary>What the statement asks the ledger. Parameters: $1 account, $2 show, $3 category, $4 month (its first day).</summary>
internal static class StatementSql
{
    /// <summary>What moved money or a debt. The index transfer_statement has the same words.</summary>
    public const string IsLine =
        "(t.amount <> 0 OR t.kind = ANY ('{Chargeback,ChargebackReversal,Clawback,WriteOff}'))";

    private const string DebtKinds =
        "'Capture', 'Release', 'Chargeback', 'ChargebackReversal', 'Clawback', 'Repay', 'WriteOff', 'PayoutReturn'";

    private const string Type = """
        CASE
            WHEN t.kind IN ('Return', 'Refund', 'PayoutReturn') THEN 'Refund'
            WHEN t.kind = 'Grant' AND l.source_kind <> 'adjustment' THEN 'Credit'
            WHEN t.kind IN ('Capture', 'Expire', 'Repay') THEN 'Debit'
            ELSE 'Adjustment'
        END
        """;

    private const string Category = """
        CASE
            WHEN t.kind = 'Capture' AND h.kind = 1 THEN h.category
            WHEN t.kind = 'Capture' AND h.credit = 210 THEN 'Pack'
            WHEN t.kind = 'Capture' AND h.credit IN (211, 212) THEN 'Subscription'
            WHEN t.asset <> 'RUB' THEN 'Pack'
            WHEN t.kind = 'Return' THEN (
                SELECT CASE min(p.dr) WHEN 210 THEN 'Pack' WHEN 211 THEN 'Subscription' WHEN 212 THEN 'Subscription' ELSE 'Other' END
                  FROM billing.posting AS p WHERE p.transfer_id = t.id)
            WHEN t.kind IN ('Refund', 'PayoutReturn', 'Chargeback', 'ChargebackReversal') THEN 'TopUp'
            WHEN l.source_kind = 'referral' THEN 'Referral'
            WHEN l.source_kind = 'adjustment' THEN 'Other'
            WHEN l.class = 3 THEN 'TopUp'
            WHEN l.class < 3 OR t.kind IN ('Expire', 'Void', 'Clawback') THEN 'Bonus'
            ELSE 'Other'
        END
        """;

    private const string Movements = $"""
        SELECT t.id, t.number, t.kind, t.at, t.asset, t.amount, t.reason,
               {Type} AS type, {Category} AS category,
               date_trunc('month', t.at AT TIME ZONE w.tz)::date AS month,
               h.kind AS hold_kind, h.model_id, h.job_id, h.captured, h.uncapped, h.estimated, h.lines, h.coefficient_ppm,
               h.asset AS hold_asset, l.class, l.source_kind
          FROM billing.wallet AS w
          JOIN billing.transfer AS t ON t.wallet_id = w.id AND {IsLine}
          LEFT JOIN billing.hold AS h ON h.id = t.idem_ref AND t.kind = 'Capture'
          LEFT JOIN billing.lot AS l ON l.id = t.idem_ref AND t.kind IN ('Grant', 'Repay')
         WHERE w.account_id = $1
           AND ($4::date IS NULL
                OR t.at >= $4::date::timestamp AT TIME ZONE w.tz
                   AND t.at < ($4::date + interval '1 month') AT TIME ZONE w.tz)
        """;

    private const string Filter = """
        ($2 = 'all' OR m.type = CASE $2 WHEN 'spending' THEN 'Debit' WHEN 'credits' THEN 'Credit' ELSE m.type END
                       AND ($2 <> 'refunds' OR m.type IN ('Refund', 'Adjustment')))
           AND ($3::text IS NULL OR m.category = $3)
        """;

    private const string Lines = $"""
        SELECT m.id, m.number, m.kind, m.at, m.asset, m.amount, m.type, m.category, m.month, m.hold_kind, m.model_id, m.job_id,
               m.captured, m.uncapped, m.estimated, m.lines, m.coefficient_ppm, m.class, m.source_kind, n.name_en, n.name_ru, o.owed
          FROM ({Movements}) AS m
          LEFT JOIN LATERAL (
            SELECT p.name_en, p.name_ru FROM billing.product AS p
             WHERE p.id = CASE WHEN m.asset <> 'RUB' THEN substr(m.asset, 5) WHEN m.hold_kind = 3 THEN m.model_id END
             ORDER BY p.version DESC LIMIT 1
          ) AS n ON true
          LEFT JOIN LATERAL (
            SELECT sum(CASE WHEN p.dr IN (3, 4) THEN p.amount ELSE -p.amount END)::bigint AS owed FROM billing.posting AS p
             WHERE m.kind IN ({DebtKinds}) AND p.transfer_id = m.id AND (p.dr IN (3, 4) OR p.cr IN (3, 4))
          ) AS o ON true
         WHERE {Filter}
        """;

    /// <summary>$5: before this number, or null.</summary>
    public const string Older =
        $"{Lines} AND ($5::bigint IS NULL OR m.number < $5) ORDER BY m.number DESC";

    /// <summary>$5: after this number; the nearest first.</summary>
    public const string Newer = $"{Lines} AND m.number > $5 ORDER BY m.number";

    /// <summary>Per month on the wallet's clock, of what is filtered; $5 and $6: the first and the last day of interest, or null.</summary>
    public const string Totals = $"""
        SELECT m.month,
               coalesce(sum(m.amount) FILTER (WHERE m.amount > 0 AND m.kind <> 'Return'), 0)::bigint,
               coalesce(-sum(m.amount) FILTER (WHERE m.kind = 'Capture'), 0)::bigint,
               coalesce(sum(m.amount) FILTER (WHERE m.kind = 'Return'), 0)::bigint,
               coalesce(-sum(m.amount) FILTER (WHERE m.amount < 0 AND m.kind <> 'Capture'), 0)::bigint
          FROM ({Movements}) AS m
         WHERE {Filter} AND m.asset = 'RUB'
           AND ($5::date IS NULL OR m.month BETWEEN $5 AND $6)
         GROUP BY m.month ORDER BY m.month DESC
        """;

    /// <summary>The months between the first line and the last, on the wallet's clock.</summary>
    public const string Span = $"""
        SELECT date_trunc('month', t.at AT TIME ZONE w.tz)::date, date_trunc('month', w.last_at AT TIME ZONE w.tz)::date
          FROM billing.wallet AS w
          JOIN billing.transfer AS t ON t.wallet_id = w.id AND {IsLine}
         WHERE w.account_id = $1
         ORDER BY t.number LIMIT 1
        """;
}
