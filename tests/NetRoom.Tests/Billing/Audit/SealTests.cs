using NetRoom.Billing.Sealing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using Npgsql;

namespace NetRoom.Tests.Billing.Audit;

[Collection(PostgresCollection.Name)]
public sealed class SealTests(Postgres postgres) : IAsyncLifetime
{
    private AuditDatabase ledger = null!;

    public async Task InitializeAsync() => ledger = await AuditDatabase.CreateAsync(postgres);

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public async Task A_transaction_that_commits_late_is_in_a_later_seal_and_none_is_left_out()
    {
        await using var late = new NpgsqlConnection(ledger.Database.ConnectionString);
        await late.OpenAsync();
        await using var transaction = await late.BeginTransactionAsync();
        await using var grant = new NpgsqlCommand(
            $"SELECT billing.top_up('{Ids.New()}', uuidv7(), 'test', 'late', 10000, true, now())",
            late
        );
        await grant.ExecuteNonQueryAsync();

        await ledger.TopUpAsync(Ids.New(), 1);
        (await SealAsync()).ShouldBeNull("the late one began before everything there is");
        await transaction.CommitAsync();
        (await SealAsync()).ShouldNotBeNull().Count.ShouldBe(2);
        (await SealAsync()).ShouldBeNull("there is nothing new");
        (await ledger.VerifyAsync()).ShouldBe("OK");
    }

    [Fact]
    public async Task Seals_made_while_many_write_cover_every_transfer_once()
    {
        var writers = Enumerable
            .Range(0, 4)
            .Select(async _ =>
            {
                for (var written = 0; written < 25; written++)
                    await ledger.TopUpAsync(Ids.New(), 1);
            })
            .ToList();
        while (!writers.TrueForAll(writer => writer.IsCompleted))
            await SealAsync();
        await Task.WhenAll(writers);
        await SealAsync();
        (await ledger.ScalarAsync<long>("SELECT sum(count)::bigint FROM billing.seal")).ShouldBe(
            100
        );
        (await ledger.VerifyAsync()).ShouldBe("OK");
    }

    [Fact]
    public async Task Sealers_at_once_seal_a_range_once()
    {
        await ledger.TopUpAsync(Ids.New(), 1);
        var seals = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SealAsync()));
        seals.Count(seal => seal is not null).ShouldBe(1);
    }

    [Theory]
    [InlineData("UPDATE billing.transfer SET hash = sha256('x') WHERE number = 2", "seal 1")]
    [InlineData("DELETE FROM billing.transfer WHERE number = 2", "seal 1")]
    [InlineData("UPDATE billing.transfer SET txid = txid + 1000000 WHERE number = 2", "seal 1")]
    [InlineData(
        "INSERT INTO billing.transfer SELECT uuidv7(), wallet_id, 99, kind, uuidv7(), amount, reason, at, asset, txid, actor, hash FROM billing.transfer WHERE number = 2",
        "seal 1"
    )]
    [InlineData("UPDATE billing.transfer SET reason = 'x' WHERE number = 2", "invariant 37")]
    [InlineData("UPDATE billing.posting SET amount = amount + 1", "invariant 36")]
    [InlineData("UPDATE billing.seal SET merkle_root = sha256('x')", "seal 1")]
    [InlineData("UPDATE billing.seal SET to_txid = to_txid + 1", "seal 1")]
    [InlineData("DELETE FROM billing.seal", "seal 1 was exported")]
    [Invariant(37)]
    public async Task History_that_was_changed_is_found(string sql, string said)
    {
        var (_, _) = await ledger.BusyWalletAsync();
        await SealAsync();
        (await ledger.VerifyAsync()).ShouldBe("OK");
        await ledger.TamperAsync(sql);
        (await ledger.VerifyAsync()).ShouldStartWith(said);
    }

    [Fact]
    public async Task A_restore_into_a_new_cluster_goes_on_above_the_old_transactions()
    {
        await OffsetAsync(1_000_000_000);
        await ledger.TopUpAsync(Ids.New(), 1);
        await SealAsync();
        await ledger.TopUpAsync(Ids.New(), 2);
        var before = await LastTxidAsync();

        await OffsetAsync(0);
        await new TransactionIds(ledger.Get<NpgsqlDataSource>()).StartAsync(default);
        await ledger.TopUpAsync(Ids.New(), 3);
        (await LastTxidAsync()).ShouldBeGreaterThan(before);
        (await SealAsync()).ShouldNotBeNull().Count.ShouldBe(2);
        (await ledger.VerifyAsync()).ShouldBe("OK");
    }

    [Fact]
    [Fault(12)]
    public async Task A_crash_around_the_export_writes_a_line_again_and_nobody_minds()
    {
        await ledger.TopUpAsync(Ids.New(), 1);
        await SealAsync();
        var file = ledger.Get<SealFile>();
        await File.AppendAllTextAsync(file.Path, "{\"seq\":1,\"fr");
        await ledger.RunAsync("UPDATE billing.seal SET exported_at = NULL");
        await SealAsync();
        file.Read().Count().ShouldBe(2);
        (
            await ledger.ScalarAsync<long>(
                "SELECT count(*) FROM billing.seal WHERE exported_at IS NULL"
            )
        ).ShouldBe(0);
        (await ledger.VerifyAsync()).ShouldBe("OK");
    }

    private Task<Seal?> SealAsync() => ledger.Get<Sealer>().SealAsync(default);

    private Task<long> LastTxidAsync() =>
        ledger.ScalarAsync<long>("SELECT max(txid) FROM billing.transfer");

    private Task OffsetAsync(long offset) =>
        ledger.RunAsync(
            $"CREATE OR REPLACE FUNCTION billing.txid_offset() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT {offset}::bigint'"
        );
}
