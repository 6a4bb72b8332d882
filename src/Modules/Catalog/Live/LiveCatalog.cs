using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel.Data;

namespace NetRoom.Catalog.Live;

/// <summary>The snapshot in force on this node. Readers never wait and never see half of a change.</summary>
internal sealed class LiveCatalog(IServiceScopeFactory scopes) : ICatalog
{
    private volatile CatalogSnapshot now = CatalogSnapshot.Empty;

    public CatalogSnapshot Snapshot => now;

    public IReadOnlyList<ProviderInfo> Providers => now.Providers;

    public IReadOnlyList<ModelInfo> Models => now.Models;

    public ModelInfo? Find(string modelId) => now.Find(modelId);

    public ProviderInfo? FindProvider(string providerId) => now.FindProvider(providerId);

    public PriceVersion? PriceAt(string modelId, DateTimeOffset at) => now.PriceAt(modelId, at);

    /// <summary>Reads the catalogue again if its revision moved. One cheap query if it did not.</summary>
    /// <returns>Whether anything was read.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NetRoomDb>();
        if (await RevisionAsync(db, cancel) == now.Revision)
            return false;

        // One view of all tables: a change that commits in between belongs to the next revision.
        await using var transaction = await db.Database.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancel
        );
        now = new CatalogSnapshot(
            await RevisionAsync(db, cancel),
            await db.Set<ProviderInfo>().OrderBy(provider => provider.Id).ToListAsync(cancel),
            await db.Set<ModelInfo>().ToListAsync(cancel),
            await db.Set<PriceVersion>().ToListAsync(cancel)
        );
        return true;
    }

    private static Task<long> RevisionAsync(NetRoomDb db, CancellationToken cancel) =>
        db.Set<Revision>().Select(row => row.Number).SingleAsync(cancel);
}
