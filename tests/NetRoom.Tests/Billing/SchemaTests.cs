using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Support;
using Npgsql;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

[Collection(PostgresCollection.Name)]
public sealed class SchemaTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private readonly TestDatabase database = ledger.Database;

    [Theory]
    [InlineData("UPDATE billing.transfer SET amount = 0")]
    [InlineData("DELETE FROM billing.transfer")]
    [InlineData("UPDATE billing.posting SET amount = 1")]
    [InlineData("DELETE FROM billing.posting")]
    [InlineData("TRUNCATE billing.posting")]
    [InlineData("UPDATE billing.product SET price = 0")]
    public async Task History_cannot_be_rewritten(string sql)
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(5));
        (
            await Should.ThrowAsync<PostgresException>(() => purse.SqlAsync(sql))
        ).MessageText.ShouldEndWith("is append-only");
    }

    [Theory]
    [InlineData("UPDATE billing.lot SET avail = avail + 1")]
    [InlineData("UPDATE billing.lot SET avail = -1, spent = spent + avail + 1")]
    [InlineData("UPDATE billing.lot SET avail = avail - 1, refunded = 1 WHERE class = 1")]
    [InlineData("UPDATE billing.lot SET poisoned = held + 1")]
    [InlineData("UPDATE billing.lot SET asset = 'TOK:mini'")]
    [InlineData("UPDATE billing.lot SET expires_at = now() WHERE class = 3")]
    [InlineData("UPDATE billing.wallet SET avail = -1")]
    [InlineData("UPDATE billing.hold SET captured = amount + 1, state = 1")]
    [InlineData("UPDATE billing.hold SET state = 2")]
    [InlineData(
        "INSERT INTO billing.posting SELECT transfer_id, 9, 1, 1, lot_id, 1, asset FROM billing.posting"
    )]
    [InlineData(
        "INSERT INTO billing.posting SELECT transfer_id, 9, 1, 2, lot_id, 0, asset FROM billing.posting"
    )]
    [InlineData(
        "INSERT INTO billing.posting SELECT transfer_id, 9, 1, 7, lot_id, 1, asset FROM billing.posting"
    )]
    public async Task The_database_itself_refuses_a_broken_row(string sql)
    {
        var purse = Purse.New(database);
        await purse.GrantAsync(LotClass.Real, R(5));
        await purse.GrantAsync(LotClass.Bonus, R(5), InAnHour);
        await purse.HoldAsync(R(1));
        (await Should.ThrowAsync<PostgresException>(() => purse.SqlAsync(sql))).SqlState.ShouldBe(
            PostgresErrorCodes.CheckViolation
        );
    }

    [Fact]
    public async Task What_EF_reads_is_what_the_migration_made()
    {
        var differences = new List<string>();
        await using var scope = database.Services.CreateAsyncScope();
        var model = scope.ServiceProvider.GetRequiredService<NetRoomDb>().Model;
        foreach (
            var entity in model.GetEntityTypes().Where(entity => entity.GetSchema() == "billing")
        )
        {
            var table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value;
            foreach (var property in entity.GetProperties())
            {
                var column = property.GetColumnName(table);
                var made = await database.ScalarAsync<string>(
                    $"""
                    SELECT coalesce((SELECT format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) || CASE WHEN attnotnull THEN '' ELSE ' null' END
                      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                     WHERE attrelid = 'billing.{table.Name}'::regclass AND attname = '{column}'), 'missing')
                    """
                );
                var read = property.GetColumnType() + (property.IsNullable ? " null" : "");
                if (made != read)
                    differences.Add(
                        $"{table.Name}.{column}: {made} in the database, {read} in the model"
                    );
            }
        }

        differences.ShouldBeEmpty();
    }
}
