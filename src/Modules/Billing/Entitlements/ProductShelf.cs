using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Entitlements;

/// <summary>What is sold, as billing.product keeps it: every version that ever was.</summary>
internal sealed class ProductRow
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required ProductKind Kind { get; init; }
    public required string NameEn { get; init; }
    public required string NameRu { get; init; }
    public required string[] Models { get; init; }
    public required long Price { get; init; }
    public long? Tokens { get; init; }
    public int? Days { get; init; }
    public int? PeriodLimit { get; init; }
    public int? DayLimit { get; init; }
    public required int RefundDays { get; init; }
    public required long TokenPrice { get; init; }
    public required bool OnSale { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public Product ToProduct() =>
        new(
            Id,
            Version,
            Kind,
            NameEn,
            NameRu,
            Models,
            new Money(Price),
            Tokens,
            Days,
            PeriodLimit,
            DayLimit,
            RefundDays,
            new Money(TokenPrice),
            OnSale
        );
}

/// <summary>The products on sale and those that somebody still has.</summary>
internal sealed class ProductShelf(NetRoomDb db, TimeProvider clock)
{
    public Task<List<ProductRow>> AllAsync(CancellationToken cancel) =>
        db.Set<ProductRow>().AsNoTracking().ToListAsync(cancel);

    public async Task<IReadOnlyList<Product>> OnSaleAsync(CancellationToken cancel) =>
        OnSale(await AllAsync(cancel));

    /// <summary>The newest version of each that may be bought, packs first, then by price.</summary>
    public static IReadOnlyList<Product> OnSale(IEnumerable<ProductRow> all) =>
        [
            .. all.GroupBy(row => row.Id, StringComparer.Ordinal)
                .Select(versions => versions.MaxBy(row => row.Version)!)
                .Where(row => row.OnSale)
                .OrderBy(row => (row.Kind, row.Price, row.Id))
                .Select(row => row.ToProduct()),
        ];

    public async Task<Product?> FindOnSaleAsync(string id, CancellationToken cancel) =>
        (
            await db.Set<ProductRow>()
                .AsNoTracking()
                .Where(row => row.Id == id)
                .OrderByDescending(row => row.Version)
                .FirstOrDefaultAsync(cancel)
        )
            is { OnSale: true } row
            ? row.ToProduct()
            : null;

    public async Task<Outcome<Product>> PublishAsync(Product product, CancellationToken cancel)
    {
        if (!IsSound(product))
            return new Problem(ProblemKind.Invalid, "billing.product_invalid");
        var last = await db.Set<ProductRow>()
            .Where(row => row.Id == product.Id)
            .MaxAsync(row => (int?)row.Version, cancel);
        var next = product with { Version = (last ?? 0) + 1 };
        db.Add(
            new ProductRow
            {
                Id = next.Id,
                Version = next.Version,
                Kind = next.Kind,
                NameEn = next.NameEn,
                NameRu = next.NameRu,
                Models = [.. next.Models],
                Price = next.Price.Micro,
                Tokens = next.Tokens,
                Days = next.Days,
                PeriodLimit = next.PeriodLimit,
                DayLimit = next.DayLimit,
                RefundDays = next.RefundDays,
                TokenPrice = next.TokenPrice.Micro,
                OnSale = next.OnSale,
                CreatedAt = clock.GetUtcNow(),
            }
        );
        await db.SaveChangesAsync(cancel);
        return next;
    }

    private static bool IsSound(Product product) =>
        product.Id.Length is > 0 and <= 40
        && product.Id.All(letter =>
            char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'
        )
        && product.NameEn.Trim().Length is > 0 and <= 80
        && product.NameRu.Trim().Length is > 0 and <= 80
        && product.Models.Count is > 0 and <= 200
        && product.Price >= Money.Zero
        && product.Price.Micro % Money.MicroPerKopeck == 0
        && product.TokenPrice >= Money.Zero
        && product.RefundDays is >= 0 and <= 3660
        && product
            is { Days: null or > 0 and <= 3660, PeriodLimit: null or > 0, DayLimit: null or > 0 }
        && product.Kind switch
        {
            ProductKind.Pack => product is { Tokens: > 0, PeriodLimit: null, DayLimit: null }
                && product.Price > Money.Zero,
            ProductKind.Subscription => product is { Tokens: null, Days: not null }
                && product.Price > Money.Zero
                && HasLimit(product),
            ProductKind.Unlimited => product
                is { Tokens: null, Days: not null, PeriodLimit: null, DayLimit: null }
                && product.Price > Money.Zero,
            ProductKind.Free => product is { Tokens: null, Days: null }
                && product.Price.IsZero
                && HasLimit(product),
            _ => false,
        };

    private static bool HasLimit(Product product) =>
        product.PeriodLimit is not null || product.DayLimit is not null;
}
