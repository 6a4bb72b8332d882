using Microsoft.Extensions.DependencyInjection;
using NetRoom.Catalog;
using NetRoom.Catalog.Live;
using NetRoom.Tests.Support;
using Npgsql;

namespace NetRoom.Tests.Catalog;

[Collection(PostgresCollection.Name)]
public sealed class SeedingTests(Postgres postgres)
{
    private const string Count = "SELECT count(*) FROM catalog.price_version";
    private const string Overlaps = """
        SELECT count(*) FROM catalog.price_version a JOIN catalog.price_version b ON a.model_id = b.model_id AND a.id < b.id
        WHERE tstzrange(a.valid_from, a.valid_to) && tstzrange(b.valid_from, b.valid_to)
        """;
    private readonly Settings settings = new();

    [Fact]
    public async Task Seeding_twice_changes_nothing()
    {
        await using var database = await CreateAsync();
        var revision = await RevisionAsync(database);
        settings.Now = settings.Now.AddHours(3);
        await database.SeedAsync();
        (await RevisionAsync(database)).ShouldBe(revision);
    }

    [Fact]
    public async Task The_day_of_a_coming_price_changes_nothing_in_the_table()
    {
        await using var database = await CreateAsync();
        var revision = await RevisionAsync(database);
        settings.Now = new DateTimeOffset(2027, 1, 2, 0, 0, 0, TimeSpan.Zero);
        await database.SeedAsync();
        (await RevisionAsync(database)).ShouldBe(revision);
        Nano(await database.ReadAsync(), "gemini-4-argon", settings.Now).ShouldBe(456_000_000);
    }

    [Fact]
    [Fault(26)]
    [Invariant(12)]
    public async Task Changing_the_margin_appends_a_version_and_keeps_the_old_one()
    {
        await using var database = await CreateAsync();
        var before = settings.Now.AddMinutes(-1);
        settings.Now = settings.Now.AddHours(1);
        settings.Options.MarginPercent = "30";
        await database.SeedAsync();
        var catalog = await database.ReadAsync();

        Nano(catalog, "gpt-6-luna", before).ShouldBe(11_400_000);
        Nano(catalog, "gpt-6-luna", settings.Now.AddTicks(-1)).ShouldBe(11_400_000);
        Nano(catalog, "gpt-6-luna", settings.Now).ShouldBe(12_350_000);
        var old = catalog.PriceAt("gpt-6-luna", before)!;
        old.ValidTo.ShouldBe(settings.Now);
        catalog.PriceAt("gpt-6-luna", settings.Now)!.ValidFrom.ShouldBe(settings.Now);
        // Free stays free: nothing to append.
        catalog.PriceAt("ollama-llama-3.2", settings.Now)!.ValidTo.ShouldBeNull();
        catalog.PriceAt("ollama-llama-3.2", settings.Now)!.ValidFrom.ShouldBeLessThan(before);
    }

    [Fact]
    public async Task A_new_margin_also_replaces_the_coming_price_and_the_withdrawn_one_is_kept_on_record()
    {
        await using var database = await CreateAsync();
        settings.Now = settings.Now.AddHours(1);
        settings.Options.MarginPercent = "30";
        await database.SeedAsync();
        var catalog = await database.ReadAsync();

        var december = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        Nano(catalog, "gemini-4-argon", december.AddSeconds(-1)).ShouldBe(247_000_000);
        Nano(catalog, "gemini-4-argon", december).ShouldBe(494_000_000);
        var history = ((LiveCatalog)catalog).Snapshot.Prices("gemini-4-argon");
        history
            .Select(version => version.ValidFrom)
            .ShouldBe([december, settings.Now, DateTimeOffset.UnixEpoch]);
        (
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM catalog.price_version WHERE valid_to = valid_from"
            )
        ).ShouldBe(2); // Argon's and Flash's
        (await database.ScalarAsync<long>(Overlaps)).ShouldBe(0);
    }

    [Fact]
    public async Task A_margin_that_returns_appends_again_and_never_revives()
    {
        await using var database = await CreateAsync();
        foreach (var margin in new[] { "30", "20", "30" })
        {
            settings.Now = settings.Now.AddHours(1);
            settings.Options.MarginPercent = margin;
            await database.SeedAsync();
        }

        var catalog = (LiveCatalog)await database.ReadAsync();
        catalog.Snapshot.Prices("gpt-6-luna").Count.ShouldBe(4);
        catalog.Snapshot.Prices("gemini-4-argon").Count.ShouldBe(5);
        (await database.ScalarAsync<long>(Overlaps)).ShouldBe(0);
    }

    [Fact]
    public async Task Nodes_that_start_at_once_write_the_seed_once()
    {
        await using var database = await postgres.CreateCatalogAsync(settings);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => database.SeedAsync()));
        await using var other = await CreateAsync();
        (await database.ScalarAsync<long>(Count)).ShouldBe(await other.ScalarAsync<long>(Count));
    }

    [Fact]
    public async Task A_model_that_the_seed_drops_is_gone_but_still_found_and_priced()
    {
        await using var database = await CreateAsync();
        await database.SeedAsync(SeedDocuments.Without("gpt-5-mini"));
        var catalog = await database.ReadAsync();
        catalog.Models.ShouldNotContain(model => model.Id == "gpt-5-mini");
        catalog.Find("gpt-5-mini")!.Status.ShouldBe(ModelStatus.Gone);
        catalog.PriceAt("gpt-5-mini", settings.Now).ShouldNotBeNull();

        await database.SeedAsync();
        (await database.ReadAsync()).Find("gpt-5-mini")!.Status.ShouldBe(ModelStatus.Active);
    }

    [Fact]
    public async Task A_price_that_a_person_set_is_left_alone()
    {
        await using var database = await CreateAsync();
        await ExecuteAsync(
            database,
            """
            UPDATE catalog.price_version SET valid_to = '2026-11-20T13:00Z' WHERE model_id = 'gpt-6-luna';
            INSERT INTO catalog.price_version
                SELECT gen_random_uuid(), model_id, valid_to, NULL, '[{"unit":"Input","nanoPerThousand":5},{"unit":"Output","nanoPerThousand":6}]',
                       '95', '20', NULL, NULL, 'alice', valid_to
                FROM catalog.price_version WHERE model_id = 'gpt-6-luna'
            """
        );
        settings.Now = settings.Now.AddHours(2);
        settings.Options.MarginPercent = "30";
        await database.SeedAsync();
        Nano(await database.ReadAsync(), "gpt-6-luna", settings.Now).ShouldBe(5);
    }

    [Theory]
    [InlineData("UPDATE catalog.price_version SET rates = '[]' WHERE model_id = 'gpt-6-luna'")]
    [InlineData(
        "UPDATE catalog.price_version SET valid_from = '2020-01-01' WHERE model_id = 'gpt-6-luna'"
    )]
    [InlineData(
        "UPDATE catalog.price_version SET margin_percent = '1' WHERE model_id = 'gpt-6-luna'"
    )]
    [InlineData("DELETE FROM catalog.price_version WHERE model_id = 'gpt-6-luna'")]
    [InlineData("TRUNCATE catalog.price_version")]
    [Invariant(11)]
    public async Task A_version_cannot_be_rewritten(string sql)
    {
        await using var database = await CreateAsync();
        (
            await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(database, sql))
        ).SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation);
    }

    [Fact]
    public async Task Versions_of_a_model_cannot_overlap()
    {
        await using var database = await CreateAsync();
        var failure = await Should.ThrowAsync<PostgresException>(() =>
            ExecuteAsync(
                database,
                """
                INSERT INTO catalog.price_version
                    SELECT gen_random_uuid(), model_id, '2026-11-19', '2026-11-21', rates, '95', '20', NULL, NULL, 'alice', now()
                    FROM catalog.price_version WHERE model_id = 'gpt-6-luna'
                """
            )
        );
        failure.ConstraintName.ShouldBe("price_versions_never_overlap");
    }

    private async Task<TestDatabase> CreateAsync()
    {
        var database = await postgres.CreateCatalogAsync(settings);
        await database.SeedAsync();
        return database;
    }

    private static Task<long> RevisionAsync(TestDatabase database) =>
        database.ScalarAsync<long>("SELECT number FROM catalog.revision");

    private static long Nano(ICatalog catalog, string modelId, DateTimeOffset at) =>
        catalog.PriceAt(modelId, at)!.Card.Find(UnitKind.Input, null, 0)!.NanoPerThousand;

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var command = database
            .Services.GetRequiredService<NpgsqlDataSource>()
            .CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
