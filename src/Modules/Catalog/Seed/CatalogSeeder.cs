using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Catalog.Seed;

/// <summary>
/// Brings providers, models and prices of the seed into the database, in one transaction under a lock, so that nodes may
/// start at once. Models and prices that a person set are left alone.
/// </summary>
internal sealed partial class CatalogSeeder(
    NetRoomDb db,
    IOptions<CatalogOptions> options,
    TimeProvider clock,
    ILogger<CatalogSeeder> log
)
{
    private const long LockKey = 0x4E65_7452_6F6F_6D02;

    public Task RunAsync(CancellationToken cancel) =>
        RunAsync(CatalogSeed.Of(SeedDocument.Embedded(), options.Value), cancel);

    public async Task RunAsync(CatalogSeed seed, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancel);
        await PutProvidersAsync(seed.Providers, cancel);
        await PutModelsAsync([.. seed.Models.Select(model => model.Info)], cancel);
        await db.SaveChangesAsync(cancel);
        await PutPricesAsync(seed, cancel);
        await transaction.CommitAsync(cancel);
        db.ChangeTracker.Clear();
    }

    private async Task PutProvidersAsync(
        IReadOnlyList<ProviderInfo> providers,
        CancellationToken cancel
    )
    {
        var known = await db.Set<ProviderInfo>()
            .AsTracking()
            .ToDictionaryAsync(provider => provider.Id, cancel);
        foreach (var provider in providers)
            if (known.TryGetValue(provider.Id, out var row))
                db.Entry(row).CurrentValues.SetValues(provider);
            else
                db.Add(provider);
    }

    private async Task PutModelsAsync(IReadOnlyList<ModelInfo> models, CancellationToken cancel)
    {
        var known = await db.Set<ModelInfo>()
            .AsTracking()
            .ToDictionaryAsync(model => model.Id, cancel);
        foreach (var model in models)
            if (!known.Remove(model.Id, out var row))
                db.Add(model).Property(CatalogModel.Author).CurrentValue = CatalogModel.SeedAuthor;
            else if (AuthorOf(row) == CatalogModel.SeedAuthor)
                db.Entry(row).CurrentValues.SetValues(model);
        foreach (var dropped in known.Values.Where(it => AuthorOf(it) == CatalogModel.SeedAuthor))
            db.Entry(dropped).Property(model => model.Status).CurrentValue = ModelStatus.Gone;
    }

    private async Task PutPricesAsync(CatalogSeed seed, CancellationToken cancel)
    {
        var now = WholeMicroseconds(clock.GetUtcNow());
        var versions = await db.Set<PriceVersion>().AsTracking().ToListAsync(cancel);
        var setByPeople = versions
            .Where(version =>
                IsStanding(version, now) && AuthorOf(version) != CatalogModel.SeedAuthor
            )
            .Select(version => version.ModelId)
            .ToHashSet();
        var history = versions
            .Where(version => version.ValidTo is null || version.ValidTo > version.ValidFrom)
            .ToLookup(version => version.ModelId);
        var changes = seed
            .Models.Where(model => !setByPeople.Contains(model.Info.Id))
            .Select(model =>
                (
                    Model: model,
                    Change: PriceChange.Of(
                        model.Info.Id,
                        [.. history[model.Info.Id]],
                        model.Prices,
                        now,
                        Ids.New
                    )
                )
            )
            .ToList();

        // Ends first: versions of a model may not overlap even for a statement.
        foreach (var end in changes.SelectMany(it => it.Change.Ends))
            db.Entry(end.Version).Property(version => version.ValidTo).CurrentValue = end.ValidTo;
        await db.SaveChangesAsync(cancel);
        foreach (var (model, change) in changes)
        {
            foreach (var version in change.Begins)
                Append(version, model, seed.Conversion, now);
            if (change.Begins.Count > 0 && history.Contains(model.Info.Id))
                PriceChanged(model.Info.Id, now);
        }

        await db.SaveChangesAsync(cancel);
    }

    private void Append(
        PriceVersion version,
        SeededModel model,
        RoubleConversion conversion,
        DateTimeOffset now
    )
    {
        var entry = db.Add(version);
        entry.Property(PriceColumns.RoublesPerDollar).CurrentValue = conversion.RoublesPerDollar;
        entry.Property(PriceColumns.MarginPercent).CurrentValue = conversion.MarginPercent;
        entry.Property(PriceColumns.SourceUrl).CurrentValue = model.SourceUrl;
        entry.Property(PriceColumns.CheckedOn).CurrentValue = model.CheckedOn;
        entry.Property(CatalogModel.Author).CurrentValue = CatalogModel.SeedAuthor;
        entry.Property(PriceColumns.CreatedAt).CurrentValue = now;
    }

    private static bool IsStanding(PriceVersion version, DateTimeOffset now) =>
        version.ValidTo is null || (version.ValidTo > now && version.ValidTo > version.ValidFrom);

    private string? AuthorOf(object row) =>
        (string?)db.Entry(row).Property(CatalogModel.Author).CurrentValue;

    // PostgreSQL keeps microseconds; an end must equal the next start to the last digit.
    private static DateTimeOffset WholeMicroseconds(DateTimeOffset at) =>
        at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The price of {ModelId} changed; new versions hold from {At} on"
    )]
    private partial void PriceChanged(string modelId, DateTimeOffset at);
}
