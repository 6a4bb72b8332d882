using NetRoom.Accounts;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Operator;

/// <summary>A wallet that a search has found, and by what.</summary>
public sealed record FoundWallet(Guid Id, string By);

/// <summary>From whatever an owner has in hand to the wallet: an id of anything in the ledger, a payment's id at its service, an address.</summary>
internal sealed class FindWallet(NetRoomDb db, IAccountDirectory accounts)
{
    public async Task<IReadOnlyList<FoundWallet>> FindAsync(string typed, CancellationToken cancel)
    {
        var word = typed.Trim();
        if (Guid.TryParse(word, out var id))
            return await ByIdAsync(id, cancel);
        if (
            word.Contains('@', StringComparison.Ordinal)
            && await accounts.FindByEmailAsync(word, cancel) is { } account
        )
            return await ByIdAsync(account, cancel);
        return await db.ListAsync(
            "SELECT DISTINCT p.wallet_id, 'payment' FROM billing.payment AS p WHERE p.psp_payment_id = $1 OR p.psp || ':' || p.psp_payment_id = $1 LIMIT 20",
            ToFound,
            cancel,
            word
        );
    }

    private Task<IReadOnlyList<FoundWallet>> ByIdAsync(Guid id, CancellationToken cancel) =>
        db.ListAsync(
            """
            SELECT DISTINCT ON (x.id) x.id, x.by FROM (
                SELECT w.id, 'wallet' AS by FROM billing.wallet AS w WHERE w.id = $1
                UNION ALL SELECT w.id, 'account' FROM billing.wallet AS w WHERE w.account_id = $1
                UNION ALL SELECT h.wallet_id, 'hold' FROM billing.hold AS h WHERE h.id = $1
                UNION ALL SELECT h.wallet_id, 'job' FROM billing.hold AS h WHERE h.job_id = $1
                UNION ALL SELECT l.wallet_id, 'lot' FROM billing.lot AS l WHERE l.id = $1
                UNION ALL SELECT t.wallet_id, 'transfer' FROM billing.transfer AS t WHERE t.id = $1
                UNION ALL SELECT p.wallet_id, 'payment' FROM billing.payment AS p WHERE p.id = $1 OR p.psp_payment_id = $1::text
                UNION ALL SELECT p.wallet_id, 'refund' FROM billing.refund AS r JOIN billing.payment AS p ON p.id = r.payment_id WHERE r.id = $1
                UNION ALL SELECT e.wallet_id, 'entitlement' FROM billing.entitlement AS e WHERE e.id = $1
                UNION ALL SELECT a.wallet_id, 'adjustment' FROM billing.adjustment AS a WHERE a.id = $1
            ) AS x ORDER BY x.id, x.by LIMIT 20
            """,
            ToFound,
            cancel,
            id
        );

    private static FoundWallet ToFound(Npgsql.NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetString(1));
}
