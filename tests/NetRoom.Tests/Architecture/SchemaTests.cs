using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Api;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Chats;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Support;
using Npgsql;

namespace NetRoom.Tests.Architecture;

/// <summary>The migrations of all modules against the one model of EF.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SchemaTests(Postgres postgres) : IAsyncLifetime
{
    /// <summary>Entities that other modules or Razor components, which are public, must see.</summary>
    private static readonly string[] PublicEntities =
    [
        "Conversation",
        "Message",
        "ModelInfo",
        "PriceVersion",
        "ProviderInfo",
    ];

    /// <summary>EF only reads them; functions of the schema write.</summary>
    private const string WrittenByFunctions = "billing";

    private TestDatabase database = null!;
    private IReadOnlyList<IEntityType> entities = null!;
    private ILookup<string, Column> columns = null!;
    private ILookup<string, string> uniques = null!;

    private sealed record Column(string Name, string Type, bool IsNullable, bool HasDefault);

    public async Task InitializeAsync()
    {
        database = await postgres.CreateAsync(services =>
        {
            services.AddCatalogData(new ConfigurationBuilder().Build());
            services.AddAccountsData();
            services.AddBillingData();
            services.AddGenerationCore();
            services.AddApiData();
            services.AddModule<ChatsModel>("chats");
        });
        await using var scope = database.Services.CreateAsyncScope();
        entities =
        [
            .. scope.ServiceProvider.GetRequiredService<NetRoomDb>().Model.GetEntityTypes(),
        ];
        columns = (
            await ReadAsync(
                """
                SELECT n.nspname || '.' || c.relname, a.attname, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL),
                       (NOT a.attnotnull)::text, a.atthasdef::text
                  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_type t ON t.oid = a.atttypid
                 WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT LIKE 'pg_%'
                """
            )
        ).ToLookup(
            row => row[0],
            row => new Column(row[1], row[2], row[3] == "true", row[4] == "true")
        );
        uniques = (
            await ReadAsync(
                """
                SELECT i.indrelid::regclass::text,
                       CASE WHEN i.indisprimary THEN 'key ' ELSE 'unique ' END
                       || (SELECT string_agg(a.attname, ',' ORDER BY k.at)
                             FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k(num, at)
                             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num)
                  FROM pg_index i WHERE i.indisunique AND i.indpred IS NULL
                """
            )
        ).ToLookup(row => row[0], row => row[1]);
    }

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public void Every_module_has_a_share_of_the_model() =>
        entities
            .Select(entity => entity.GetSchema())
            .Distinct()
            .Order()
            .ShouldBe(["accounts", "api", "billing", "catalog", "chats", "generation", "kernel"]);

    [Fact]
    public void Every_mapped_column_is_as_the_migrations_made_it() =>
        (
            from entity in entities
            from property in entity.GetProperties()
            let name = property.GetColumnName(Id(entity))
            let made = columns[Table(entity)].SingleOrDefault(column => column.Name == name)
            let mapped = new Column(
                name!,
                property.GetColumnType(),
                property.IsColumnNullable(Id(entity)),
                made?.HasDefault ?? false
            )
            where made != mapped
            select $"{Table(entity)}: {made?.ToString() ?? "nothing"} in the database, {mapped} in the model"
        ).ShouldBeEmpty();

    [Fact]
    public void What_EF_does_not_map_can_be_left_out_of_an_insert() =>
        (
            from entity in entities
            where entity.GetSchema() != WrittenByFunctions
            let mapped = entity
                .GetProperties()
                .Select(property => property.GetColumnName(Id(entity)))
                .ToHashSet()
            from column in columns[Table(entity)]
            where !mapped.Contains(column.Name) && !column.IsNullable && !column.HasDefault
            select $"{Table(entity)}.{column.Name}"
        ).ShouldBeEmpty();

    [Fact]
    public void Keys_and_unique_indexes_are_the_same() =>
        (
            from entity in entities
            let key = "key " + Columns(entity, entity.FindPrimaryKey()!.Properties)
            from wanted in entity
                .GetIndexes()
                .Where(index => index.IsUnique)
                .Select(index => "unique " + Columns(entity, index.Properties))
                .Prepend(key)
            where !uniques[Table(entity)].Contains(wanted)
            select $"{Table(entity)}: {wanted}"
        ).ShouldBeEmpty();

    [Fact]
    public void Entities_are_secrets_of_their_modules_unless_pages_draw_them() =>
        entities
            .Select(entity => entity.ClrType)
            .Where(type => type.IsVisible)
            .Select(type => type.Name)
            .Order()
            .ShouldBe(PublicEntities);

    [Fact]
    public void Every_foreign_key_stays_in_its_module()
    {
        var strays =
            from entity in entities
            from key in entity.GetForeignKeys()
            where key.PrincipalEntityType.GetSchema() != entity.GetSchema()
            select $"{Table(entity)} -> {Table(key.PrincipalEntityType)}";
        strays.ShouldBeEmpty();
    }

    private static StoreObjectIdentifier Id(IEntityType entity) =>
        StoreObjectIdentifier.Table(entity.GetTableName()!, entity.GetSchema());

    private static string Table(IEntityType entity) =>
        $"{entity.GetSchema()}.{entity.GetTableName()}";

    private static string Columns(IEntityType entity, IEnumerable<IProperty> properties) =>
        string.Join(',', properties.Select(property => property.GetColumnName(Id(entity))));

    private async Task<List<string[]>> ReadAsync(string sql)
    {
        var rows = new List<string[]>();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add([
                .. Enumerable.Range(0, reader.FieldCount).Select(at => reader.GetString(at)),
            ]);
        return rows;
    }
}
