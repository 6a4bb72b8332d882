using NetRoom.Billing.Statements;
using NetRoom.Billing.Sweeping;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Plans;

/// <summary>A term that is over and was to be renewed, but the balance did not cover it.</summary>
/// <param name="Price">Of the next term.</param>
/// <param name="Until">Then it ends for good.</param>
public sealed record WaitingRenewal(
    Guid Id,
    ProductKind Kind,
    ProductName Name,
    Money Price,
    DateTimeOffset Until
);

/// <summary>An account's renewals that wait for a top-up.</summary>
internal sealed class WaitingRenewals(NetRoomDb db)
{
    private const string Sql = """
        SELECT e.id, e.kind, n.name_en, n.name_ru, n.price, e.ends + make_interval(days => $2)
          FROM billing.wallet AS w
          JOIN billing.entitlement AS e ON e.wallet_id = w.id
          JOIN LATERAL (
            SELECT p.* FROM billing.product AS p WHERE p.id = e.product_id ORDER BY p.version DESC LIMIT 1
          ) AS n ON n.on_sale
         WHERE w.account_id = $1 AND e.status = 0 AND e.renews AND e.ends <= billing.clock()
         ORDER BY e.ends
        """;

    public async Task<IReadOnlyList<WaitingRenewal>> OfAsync(
        Guid accountId,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(Sql, cancel);
        Ledger.RareMovements.Add(command, [accountId, CloseEntitlements.DaysToPay]);
        await using var row = await command.ExecuteReaderAsync(cancel);
        List<WaitingRenewal> waiting = [];
        while (await row.ReadAsync(cancel))
            waiting.Add(
                new(
                    row.GetGuid(0),
                    (ProductKind)row.GetInt16(1),
                    row.Name(2, 3)!,
                    row.Money(4),
                    row.Time(5)
                )
            );
        return waiting;
    }
}
