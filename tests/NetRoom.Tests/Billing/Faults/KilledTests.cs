using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Support;
using Npgsql;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Faults;

/// <summary>Real deaths: kill -9 of a process in the middle of its work, and a server that is stopped at once under its writers.</summary>
[Collection(PostgresCollection.Name)]
public sealed class KilledTests(Postgres postgres)
{
    private const int Wallets = 24;

    private static readonly Money Each = R(10_000);

    [Fact]
    [Fault(1, 2, 3, 9, 11)]
    [BillingFailure(3)]
    [Invariant(4, 43)]
    public async Task A_process_that_is_killed_leaves_what_it_was_told_and_nothing_by_halves()
    {
        await using var database = await DatabaseAsync(postgres);
        var purses = await PursesAsync(database);
        var heard = new ConcurrentQueue<string>();
        for (var life = 1; life <= 2; life++)
            await LiveAndDieAsync(database, purses, heard, untilHeard: 300 * life);

        await ShouldBeWholeAsync(database, purses, [.. heard]);
    }

    [Fact]
    [Fault(33, 36)]
    [Invariant(43)]
    public async Task What_was_acknowledged_before_the_server_was_stopped_at_once_is_there_after_it()
    {
        var folder = Directory.CreateTempSubdirectory("netroom-stopped-").FullName;
        var heard = new ConcurrentQueue<string>();
        try
        {
            Purse[] purses;
            await using (var server = await EmbeddedPostgres.StartAsync(folder, null, default))
            {
                await using var database = await MigratedAsync(server.ConnectionString);
                (await database.ScalarAsync<string>("SHOW synchronous_commit")).ShouldBe("on");
                purses = await PursesAsync(database);
                using var stopped = new CancellationTokenSource();
                var writers = purses
                    .Select(purse => WriteAsync(database, purse, heard, stopped.Token))
                    .ToArray();
                while (heard.Count < 900)
                    await Task.Yield();
                var pid = (await File.ReadAllLinesAsync($"{folder}/pg/postmaster.pid"))[0];
                await new PostgresRunner(PostgresBinaries.Find(null)).RunAsync(
                    "pg_ctl",
                    ["stop", "-D", $"{folder}/pg", "-m", "immediate"],
                    default
                );
                Directory.Exists($"/proc/{pid}").ShouldBeFalse();
                await stopped.CancelAsync();
                await Task.WhenAll(writers);
            }

            await using var again = await EmbeddedPostgres.StartAsync(folder, null, default);
            await using var after = await MigratedAsync(again.ConnectionString);
            await ShouldBeWholeAsync(
                after,
                [.. purses.Select(purse => new Purse(after, purse.Account))],
                [.. heard]
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What was heard is done, what was not heard is done wholly or not at all, and what is open can be given back.</summary>
    private static async Task ShouldBeWholeAsync(
        TestDatabase database,
        Purse[] purses,
        string[] heard
    )
    {
        await purses[0].AuditAsync();
        var states = new Dictionary<string, short>();
        await using (var source = NpgsqlDataSource.Create(database.ConnectionString))
        await using (var command = source.CreateCommand("SELECT id, state FROM billing.hold"))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                states.Add(reader.GetGuid(0).ToString(), reader.GetInt16(1));

        string[] Ids(string what) =>
            [
                .. heard
                    .Where(line => line.StartsWith(what, StringComparison.Ordinal))
                    .Select(line => line.Split(' ')[1]),
            ];
        var (quoted, held, captured) = (Ids("quoted "), Ids("held "), Ids("captured "));
        captured.Length.ShouldBeGreaterThan(100);
        captured.ShouldAllBe(id => states[id] == 1);
        held.ShouldAllBe(id => states.ContainsKey(id));
        states.Keys.Except(quoted).ShouldBeEmpty();

        // Nobody does it by hand: the sweeper finds holds by the same state.
        foreach (var open in states.Where(hold => hold.Value == 0))
            await purses[0].ReleaseAsync(Guid.Parse(open.Key));
        var left = Money.Zero;
        foreach (var purse in purses)
        {
            var balance = await purse.BalanceAsync();
            balance.Held.ShouldBe(Money.Zero);
            left += balance.Available;
        }

        left.ShouldBe(
            new Money(Wallets * Each.Micro) - R(states.Values.Count(state => state == 1))
        );
        await purses[0].AuditAsync();
    }

    private static async Task LiveAndDieAsync(
        TestDatabase database,
        Purse[] purses,
        ConcurrentQueue<string> heard,
        int untilHeard
    )
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(typeof(DoomedWriter).Assembly.Location);
        start.ArgumentList.Add(database.ConnectionString);
        foreach (var purse in purses)
            start.ArgumentList.Add(purse.Account.ToString());
        using var child = Process.Start(start)!;
        var lines = 0;
        // SIGKILL: nothing is flushed, closed or told. What is in the pipe by then was said before.
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last word may have been cut.
            if (line.Length < "held ".Length + 36)
                break;
            heard.Enqueue(line);
            if (++lines == untilHeard)
                child.Kill();
        }

        await child.WaitForExitAsync();
        lines.ShouldBeGreaterThanOrEqualTo(untilHeard);
    }

    private static async Task WriteAsync(
        TestDatabase database,
        Purse purse,
        ConcurrentQueue<string> heard,
        CancellationToken stopped
    )
    {
        try
        {
            while (!stopped.IsCancellationRequested)
                await DoomedWriter.StepAsync(database.Services, purse.Account, heard.Enqueue);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException) { }
    }

    private static async Task<Purse[]> PursesAsync(TestDatabase database)
    {
        var purses = Enumerable.Range(0, Wallets).Select(_ => New(database)).ToArray();
        foreach (var purse in purses)
            await purse.GrantAsync(LotClass.Real, Each);
        return purses;
    }

    private static async Task<TestDatabase> MigratedAsync(string connectionString)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddKernelData(connectionString)
            .AddBillingData()
            .BuildServiceProvider();
        await services.GetRequiredService<Migrator>().RunAsync(default);
        return new TestDatabase(services, connectionString);
    }
}
