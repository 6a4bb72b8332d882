using Microsoft.Extensions.Options;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Entitlements;

/// <summary>What a person has besides money. Read by its owner's account only.</summary>
internal sealed class EntitlementBook(
    NetRoomDb db,
    ProductShelf shelf,
    IOptions<FundingOptions> options
)
{
    public async Task<IReadOnlyList<EntitlementView>> ListAsync(
        Guid accountId,
        CancellationToken cancel
    )
    {
        var products = await shelf.AllAsync(cancel);
        if (products.Count == 0)
            return [];
        var views = await BoughtAsync(accountId, products, cancel);
        views.AddRange(
            ProductShelf
                .OnSale(products)
                .Where(product =>
                    product.Kind == ProductKind.Free
                    && views.TrueForAll(view => view.Product.Id != product.Id)
                )
                .Select(product => Unopened(accountId, product))
        );
        return
        [
            .. views
                .OrderBy(view => Rank(view.Product.Funds))
                .ThenBy(view => view.Ends ?? DateTimeOffset.MaxValue)
                .ThenBy(view => view.Id),
        ];
    }

    private async Task<List<EntitlementView>> BoughtAsync(
        Guid accountId,
        List<ProductRow> products,
        CancellationToken cancel
    )
    {
        await using var command = await db.CommandAsync(
            """
            SELECT e.id, e.product_id, e.product_version, e.kind, e.starts, e.ends, e.renews, NULL::bigint, NULL::bigint, e.used,
                   (SELECT b.used + b.held FROM billing.quota_bucket AS b
                     WHERE b.entitlement_id = e.id AND b.kind = 'P' AND b.key = (e.starts AT TIME ZONE w.tz)::date),
                   (SELECT b.used + b.held FROM billing.quota_bucket AS b
                     WHERE b.entitlement_id = e.id AND b.kind = 'D' AND b.key = greatest((billing.clock() AT TIME ZONE w.tz)::date, e.last_day)),
                   (greatest((billing.clock() AT TIME ZONE w.tz)::date, e.last_day) + 1)::timestamp AT TIME ZONE w.tz
              FROM billing.wallet AS w
              JOIN billing.entitlement AS e ON e.wallet_id = w.id
             WHERE w.account_id = $1 AND e.status = 0 AND e.ends > billing.clock()
            UNION ALL
            SELECT l.id, substr(l.asset, 5), 0, 1, g.at, l.expires_at, false, l.avail, l.held, l.spent, NULL, NULL, NULL
              FROM billing.wallet AS w
              JOIN billing.lot AS l ON l.wallet_id = w.id
              JOIN billing.transfer AS g ON g.kind = 'Grant' AND g.idem_ref = l.id
             WHERE w.account_id = $1 AND l.class = 4 AND NOT l.closed AND l.expires_at > billing.clock()
            """,
            cancel
        );
        command.Parameters.Add(new NpgsqlParameter { Value = accountId });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var views = new List<EntitlementView>();
        while (await reader.ReadAsync(cancel))
        {
            var (id, version) = (reader.GetString(1), reader.GetInt32(2));
            // The free tier follows its product; of a pack only tokens and term matter, and those are the lot's.
            var follows = version == 0 || reader.GetInt16(3) == (short)ProductKind.Free;
            var product = products
                .Where(row => row.Id == id && (follows || row.Version == version))
                .MaxBy(row => row.Version)!
                .ToProduct();
            views.Add(
                new EntitlementView(
                    reader.GetGuid(0),
                    product,
                    reader.GetFieldValue<DateTimeOffset>(4),
                    LotRow.Term(reader.GetFieldValue<DateTimeOffset>(5)),
                    reader.GetBoolean(6),
                    Long(7),
                    Long(8),
                    reader.GetInt64(9),
                    product.PeriodLimit - (Int(10) ?? 0),
                    product.DayLimit - (Int(11) ?? 0),
                    product.DayLimit is null ? null : reader.GetFieldValue<DateTimeOffset>(12)
                )
            );
        }

        return views;

        long? Long(int at) => reader.IsDBNull(at) ? null : reader.GetInt64(at);
        int? Int(int at) => reader.IsDBNull(at) ? null : reader.GetInt32(at);
    }

    /// <summary>A share of the free tier that was not used yet: its row is made by the first hold.</summary>
    private static EntitlementView Unopened(Guid accountId, Product product) =>
        new(
            FreeShareId(accountId, product.Id),
            product,
            DateTimeOffset.MinValue,
            null,
            false,
            null,
            null,
            0,
            product.PeriodLimit,
            product.DayLimit,
            null
        );

    /// <summary>The same for the same person and product, so that two first runs at once open one share.</summary>
    internal static Guid FreeShareId(Guid accountId, string productId) =>
        new(
            System
                .Security.Cryptography.SHA256.HashData(
                    System.Text.Encoding.UTF8.GetBytes($"{accountId:N}:{productId}")
                )
                .AsSpan(0, 16)
        );

    private int Rank(FundingKind funding)
    {
        for (var at = 0; at < options.Value.InOrder.Count; at++)
            if (options.Value.InOrder[at] == funding)
                return at;
        return int.MaxValue;
    }
}
