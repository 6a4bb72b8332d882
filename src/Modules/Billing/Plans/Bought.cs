using NetRoom.Billing.Core;
using NetRoom.Billing.Statements;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Plans;

/// <summary>Something that was paid for and is not over, with what it is worth now.</summary>
/// <param name="Real">Of its price, what real money paid.</param>
/// <param name="Bonus">Of its price, what bonus and compensation paid.</param>
/// <param name="Whole">Tokens of the pack; 0 of the rest.</param>
/// <param name="Units">Of a pack: unused tokens. Else: runs so far.</param>
/// <param name="InUse">Tokens held, or runs that are on.</param>
/// <param name="UnitPrice">Of one run, for the refund of an unlimited plan.</param>
/// <param name="IsRefunding">A refund was asked for: no new runs.</param>
/// <param name="Refund">What a refund would come to now; null of a subscription, which runs to its end.</param>
/// <param name="Unused">What of its price an upgrade would count.</param>
public sealed record Bought(
    Guid Id,
    ProductKind Kind,
    string ProductId,
    ProductName Name,
    Money Real,
    Money Bonus,
    long Whole,
    long Units,
    long InUse,
    Money UnitPrice,
    DateTimeOffset? RefundUntil,
    bool IsRefunding,
    RefundDecision? Refund,
    Money Unused
)
{
    public Money Price => Real + Bonus;
}

/// <summary>What an account has bought; another's is not there.</summary>
internal sealed class BoughtThings(NetRoomDb db)
{
    private const string Sql = """
        SELECT e.id, e.kind, e.product_id, p.name_en, p.name_ru, e.price_real, e.price_bonus, 0::bigint, e.used, e.inflight,
               p.token_price, e.refund_until, e.status = 1, e.starts, e.ends, p.period_limit::bigint, billing.clock()
          FROM billing.wallet AS w
          JOIN billing.entitlement AS e ON e.wallet_id = w.id
          JOIN billing.product AS p ON p.id = e.product_id AND p.version = e.product_version
         WHERE w.account_id = $1 AND e.kind IN (2, 3) AND e.status IN (0, 1) AND e.ends > billing.clock()
        UNION ALL
        SELECT l.id, 1, n.id, n.name_en, n.name_ru, l.price_real, l.price_bonus, l.granted, l.avail, l.held,
               0, NULL, false, g.at, l.expires_at, NULL, billing.clock()
          FROM billing.wallet AS w
          JOIN billing.lot AS l ON l.wallet_id = w.id
          JOIN billing.transfer AS g ON g.kind = 'Grant' AND g.idem_ref = l.id
          JOIN LATERAL (
            SELECT p.* FROM billing.product AS p WHERE p.id = substr(l.asset, 5) ORDER BY p.version DESC LIMIT 1
          ) AS n ON true
         WHERE w.account_id = $1 AND l.class = 4 AND NOT l.closed AND l.expires_at > billing.clock()
        """;

    public async Task<IReadOnlyList<Bought>> OfAsync(Guid accountId, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(Sql, cancel);
        command.Parameters.Add(new NpgsqlParameter { Value = accountId });
        await using var row = await command.ExecuteReaderAsync(cancel);
        List<Bought> things = [];
        while (await row.ReadAsync(cancel))
        {
            var kind = (ProductKind)row.GetInt32(1);
            var (now, starts, ends) = (row.Time(16), row.Time(13), row.Time(14));
            var price = new PriceParts(row.Money(5), row.Money(6));
            var (units, inUse, unitPrice) = (row.GetInt64(8), row.GetInt64(9), row.Money(10));
            RefundDecision? refund = kind switch
            {
                ProductKind.Pack => PackRefund.Of(
                    new RefundSubject.Pack(
                        row.GetInt64(7),
                        price.Real,
                        price.Bonus,
                        units,
                        inUse,
                        ends
                    ),
                    now
                ),
                ProductKind.Unlimited => PlanRefund.Of(
                    new RefundSubject.Plan(
                        price.Real,
                        price.Bonus,
                        units,
                        unitPrice,
                        row.Time(11),
                        inUse
                    ),
                    now
                ),
                _ => null,
            };
            var unused =
                kind == ProductKind.Pack
                    ? default
                    : UnusedShare.Of(price, starts, ends, now, (int?)row.Number(15), units + inUse);
            things.Add(
                new Bought(
                    row.GetGuid(0),
                    kind,
                    row.GetString(2),
                    row.Name(3, 4)!,
                    price.Real,
                    price.Bonus,
                    row.GetInt64(7),
                    units,
                    inUse,
                    unitPrice,
                    row.Term(11),
                    row.GetBoolean(12),
                    refund,
                    unused.Real + unused.Bonus
                )
            );
        }

        return things;
    }
}
