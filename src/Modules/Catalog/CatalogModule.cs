using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NetRoom.Catalog.Live;
using NetRoom.Catalog.Pages;
using NetRoom.Catalog.Seed;
using NetRoom.Kernel;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Catalog;

public static class CatalogModule
{
    /// <summary>Models, prices and their public pages. Settings: Catalog:RoublesPerDollar, Catalog:MarginPercent.</summary>
    public static IHostApplicationBuilder AddCatalog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddCatalogData(builder.Configuration);
        builder.Services.AddHostedService<CatalogRefresh>();
        builder.Services.AddProblemTexts<CatalogText>("catalog");
        builder.Services.AddScoped<IFramePart, ModelsLink>();
        return builder;
    }

    /// <summary>The part that needs no web. Tests and benches start here.</summary>
    public static IServiceCollection AddCatalogData(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        services.AddModule<CatalogModel>("catalog");
        var setup = new CatalogOptionsSetup(configuration);
        services.AddSingleton<IConfigureOptions<CatalogOptions>>(setup);
        services.AddSingleton<IValidateOptions<CatalogOptions>>(setup);
        services.AddOptions<CatalogOptions>().ValidateOnStart();
        services.TryAddSingleton<IModelAvailability, AlwaysAvailable>();
        services.AddSingleton<LiveCatalog>();
        services.AddSingleton<ICatalog>(provider => provider.GetRequiredService<LiveCatalog>());
        services.AddScoped<CatalogSeeder>();
        services.AddSingleton(provider => new DollarRate(
            decimal.Parse(
                provider.GetRequiredService<IOptions<CatalogOptions>>().Value.RoublesPerDollar,
                CultureInfo.InvariantCulture
            )
        ));
        return services;
    }

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapListModels();
        routes.MapShowModel();
    }

    /// <summary>
    /// Writes the seed and loads the snapshot; after the migration and before the first request. Every node may call it
    /// at once. Fails, naming the model, if a price is missing.
    /// </summary>
    public static async Task SeedCatalogAsync(
        this IServiceProvider services,
        CancellationToken cancel = default
    )
    {
        await using (var scope = services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<CatalogSeeder>().RunAsync(cancel);
        await services.GetRequiredService<LiveCatalog>().RefreshAsync(cancel);
    }
}
