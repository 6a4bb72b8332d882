using NetRoom.Api.Account;
using NetRoom.Api.Keys;
using NetRoom.Catalog;
using NetRoom.Generation.History;
using NetRoom.Kernel;

namespace NetRoom.Api.Pages;

/// <summary>Loads what the page of keys shows.</summary>
internal sealed class KeyScreens(
    ApiKeys keys,
    ICatalog catalog,
    IRunHistory history,
    TimeProvider clock
)
{
    public async Task<KeysScreen> LoadAsync(Guid accountId, KeyForm form, CancellationToken cancel)
    {
        var rows = await keys.ListAsync(accountId, cancel);
        var spending = await history.SpendingAsync(accountId, ListUsage.Origin, cancel);
        var now = clock.GetUtcNow();
        return new KeysScreen(
            [.. rows.Select(key => View(key, spending.GetValueOrDefault(key.Id), now))],
            [
                .. catalog
                    .Models.Where(model => !model.Badges.Contains(Badges.Fault))
                    .Select(model => new ModelChoice(model.Id, model.Name)),
            ],
            form
        );
    }

    private KeyView View(ApiKey key, RunSpending spending, DateTimeOffset now) =>
        new(
            key.Id,
            key.Name,
            key.Start,
            KeyScopes.NamesOf(key.Scopes),
            [.. key.Models.Select(id => catalog.Find(id)?.Name ?? id)],
            key.DayLimitMicro is { } day ? new Money(day) : null,
            key.MonthLimitMicro is { } month ? new Money(month) : null,
            spending.Today,
            spending.ThisMonth,
            key.CreatedAt,
            key.LastUsedAt,
            key.ExpiresAt,
            key.RevokedAt,
            key.ExpiresAt <= now
        );
}
