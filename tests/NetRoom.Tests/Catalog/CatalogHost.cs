using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Catalog;
using NetRoom.Catalog.Live;
using NetRoom.Catalog.Seed;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Catalog;

/// <summary>A catalogue on a database of its own, at a time and under settings that a test chooses.</summary>
internal static class CatalogHost
{
    public static readonly DateTimeOffset Today = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static Task<TestDatabase> CreateCatalogAsync(
        this Postgres postgres,
        Settings? settings = null
    ) =>
        postgres.CreateAsync(services =>
        {
            settings ??= new Settings();
            services.AddSingleton<TimeProvider>(settings);
            services.AddSingleton(settings);
            services.AddCatalogData(settings.Configuration);
        });

    /// <summary>Seeds as a node does that starts with the settings of this moment.</summary>
    public static Task SeedAsync(this TestDatabase database, SeedDocument? document = null) =>
        database.InScopeAsync(services =>
            services
                .GetRequiredService<CatalogSeeder>()
                .RunAsync(
                    CatalogSeed.Of(
                        document ?? SeedDocument.Embedded(),
                        services.GetRequiredService<Settings>().Options
                    ),
                    CancellationToken.None
                )
        );

    public static async Task<ICatalog> ReadAsync(this TestDatabase database)
    {
        var catalog = database.Services.GetRequiredService<LiveCatalog>();
        await catalog.RefreshAsync(CancellationToken.None);
        return catalog;
    }
}

/// <summary>The clock and the settings of a test.</summary>
internal sealed class Settings : TimeProvider
{
    public DateTimeOffset Now { get; set; } = CatalogHost.Today;

    public CatalogOptions Options { get; } = new() { SandboxBaseUrl = "http://sandbox" };

    public IConfiguration Configuration { get; } =
        new ConfigurationBuilder()
            .AddInMemoryCollection([new("Sandbox:BaseUrl", "http://sandbox/")])
            .Build();

    public override DateTimeOffset GetUtcNow() => Now;
}
