using Npgsql;

namespace NetRoom.Billing.Operator;

/// <summary>Lots and holds as they are read in more than one place.</summary>
internal static class LedgerRecords
{
    public const string HoldColumns =
        "h.id, h.job_id, h.kind, h.state, h.asset, h.amount, h.captured, h.returned_real, h.returned_bonus, h.model_id, h.held_at, h.resolved_at";
    public const string LotColumns =
        "l.id, l.class, l.asset, l.granted, l.avail, l.held, l.spent, l.refunded, l.expired, l.voided, l.charged_back, l.repaid, l.clawed, l.poisoned, l.source_kind, l.source_id, l.expires_at, l.parent_lot";

    public static LotLine ToLot(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetInt16(1),
            row.GetString(2),
            new LotParts(
                row.GetInt64(3),
                row.GetInt64(4),
                row.GetInt64(5),
                row.GetInt64(6),
                row.GetInt64(7),
                row.GetInt64(8),
                row.GetInt64(9),
                row.GetInt64(10),
                row.GetInt64(11),
                row.GetInt64(12)
            ),
            row.GetInt64(13),
            row.GetString(14),
            row.GetString(15),
            row.TimeOrNull(16),
            row.GuidOrNull(17)
        );

    public static HoldLine ToHold(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetInt16(2),
            row.GetInt16(3),
            row.GetString(4),
            row.GetInt64(5),
            row.GetInt64(6),
            row.GetInt64(7),
            row.GetInt64(8),
            row.TextOrNull(9),
            row.Time(10),
            row.TimeOrNull(11)
        );
}
