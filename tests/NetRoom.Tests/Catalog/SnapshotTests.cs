using Microsoft.Extensions.DependencyInjection;
using NetRoom.Catalog;
using NetRoom.Catalog.Live;
using NetRoom.Tests.Support;
using Npgsql;

namespace NetRoom.Tests.Catalog;

[Collection(PostgresCollection.Name)]
public sealed class SnapshotTests(Postgres postgres)
{
    [Fact]
    public async Task A_node_starts_with_the_seed_in_memory_and_sees_a_change_at_its_next_look()
    {
        await using var database = await postgres.CreateCatalogAsync();
        await database.Services.SeedCatalogAsync();
        var catalog = database.Services.GetRequiredService<LiveCatalog>();
        catalog.Find("claude-sonnet-5-5")!.Efforts.ShouldBe(["low", "medium", "high", "max"]);
        catalog.FindProvider("sandbox-openai")!.BaseUrl.ShouldBe("http://sandbox/openai/v1");
        catalog.Models.Select(model => model.Order).ShouldBeInOrder();
        (await catalog.RefreshAsync(CancellationToken.None)).ShouldBeFalse();

        await database.ScalarAsync<string>(
            "UPDATE catalog.model SET status = 'Degraded' WHERE id = 'gpt-6-luna' RETURNING id"
        );
        (await catalog.RefreshAsync(CancellationToken.None)).ShouldBeTrue();
        catalog.Find("gpt-6-luna")!.Status.ShouldBe(ModelStatus.Degraded);
    }

    [Fact]
    [BillingFailure(14)]
    public async Task A_model_without_a_price_is_listed_but_cannot_be_run()
    {
        await using var database = await postgres.CreateCatalogAsync();
        await database.SeedAsync();
        await database.ScalarAsync<string>(
            """
            INSERT INTO catalog.model SELECT 'unpriced', provider_id, wire_name, name, "group", status, description_en, description_ru,
                context_tokens, max_output_tokens, efforts, badges, adults_only, NULL, is_sandbox, "order", 'alice'
            FROM catalog.model WHERE id = 'gpt-6-luna' RETURNING id
            """
        );
        await database.SeedAsync();
        var catalog = await database.ReadAsync();
        catalog.Models.ShouldContain(model => model.Id == "unpriced");
        catalog.PriceAt("unpriced", CatalogHost.Today).ShouldBeNull();
        catalog.PriceAt("never heard of", CatalogHost.Today).ShouldBeNull();
    }

    [Fact]
    public async Task While_the_database_is_away_the_last_snapshot_stays()
    {
        await using var database = await postgres.CreateCatalogAsync();
        await database.SeedAsync();
        var catalog = await database.ReadAsync();
        var refresh = ActivatorUtilities.CreateInstance<CatalogRefresh>(database.Services);
        await database.Services.GetRequiredService<NpgsqlDataSource>().DisposeAsync();
        await refresh.StartAsync(CancellationToken.None);
        await Task.Delay(50);
        refresh.ExecuteTask!.IsCompleted.ShouldBeFalse();
        await refresh.StopAsync(CancellationToken.None);
        catalog.PriceAt("gpt-6-luna", CatalogHost.Today).ShouldNotBeNull();
    }
}
