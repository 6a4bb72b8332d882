#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using System.Diagnostics;
using Npgsql;

namespace NetRoom.Tests.Billing.Simulation;

/// <param name="Batch">Holds and resolves in one call; 1 is one by one.</param>
/// <param name="StatementsToACrash">On average; 0 for none.</param>
/// <param name="AuditEvery">How many rounds pass between two audits of the whole ledger.</param>
public sealed record SimulationOptions(
    int Wallets = 128,
    int Batch = 16,
    int StatementsToACrash = 1_500,
    bool KillsConnections = true,
    int AuditEvery = 40
);

public sealed record SimulationResult(
    long Steps,
    long Replays,
    long Crashes,
    int Audits,
    TimeSpan Elapsed
);

/// <summary>
/// Random commands of all kinds on many wallets at once against a model of each, with replays, lost answers, crashes at random statements,
/// killed connections and a clock that jumps. The database must have the schema of billing, and is of no other use afterwards.
/// </summary>
public static class LedgerSimulation
{
    private const int StepsInARound = 5;

    public static Task<SimulationResult> RunAsync(
        string connectionString,
        int seed,
        long steps,
        SimulationOptions options,
        Action<string>? say = null
    ) => RunAsync(connectionString, seed, steps, options, null, say);

    /// <param name="through">Puts the product's own writer between the simulation and the functions.</param>
    internal static async Task<SimulationResult> RunAsync(
        string connectionString,
        int seed,
        long steps,
        SimulationOptions options,
        Func<ISimulatedLedger, ISimulatedLedger>? through,
        Action<string>? say = null
    )
    {
        say?.Invoke($"NETROOM_SEED={seed}");
        var watch = Stopwatch.StartNew();
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "simulation",
                MaxPoolSize = 6,
                NoResetOnClose = true,
                Options = "-c synchronous_commit=off -c plan_cache_mode=force_generic_plan",
                MaxAutoPrepare = 40,
                AutoPrepareMinUsages = 2,
                Timeout = 60,
            }.ConnectionString
        );
        // The referee is never killed.
        await using var referee = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "referee",
                MaxPoolSize = 3,
            }.ConnectionString
        );
        await SimulationSchema.InstallAsync(referee);
        await using var sql = new SqlLedger(source, options.Batch);
        var ledger = through?.Invoke(sql) ?? sql;
        var dice = new Random(seed);
        var drivers = Enumerable
            .Range(0, options.Wallets)
            .Select(number => new WalletDriver(number, seed, ledger))
            .ToArray();
        var now = new DateTimeOffset(2027, 1, 10, 9, 0, 0, TimeSpan.Zero);
        var audits = 0;
        var rounds = (int)Math.Ceiling(steps / (double)(StepsInARound * options.Wallets));
        for (var round = 1; round <= rounds; round++)
        {
            await SimulationSchema.SetClockAsync(referee, now);
            if (options.StatementsToACrash > 0)
                await SimulationSchema.FuseAsync(
                    referee,
                    dice.Next(150, options.StatementsToACrash * 2)
                );
            var run = Task.WhenAll(drivers.Select(driver => driver.RunAsync(StepsInARound, now)));
            if (options.KillsConnections && dice.Next(5) == 0)
                await KillOneAsync(referee, run, dice.Next(5, 200));
            await run;
            await SimulationSchema.DefuseAsync(referee);
            now = Tick(dice, drivers, now);
            await SimulationSchema.SetClockAsync(referee, now);
            if (dice.Next(3) == 0)
                await ExpireAsync(referee, drivers, now, seed);
            var isLast = round == rounds;
            foreach (var driver in drivers)
                if (isLast || dice.Next(25) == 0)
                    await LedgerComparison.CompareAsync(referee, driver, seed, now);
            var isAudited = isLast || round % options.AuditEvery == 0;
            // Plans made for empty tables are wrong for full ones, and autovacuum looks once a minute.
            if (isAudited || round == 1)
                await SimulationSchema.ExecuteAsync(referee, "ANALYZE");
            if (isAudited)
            {
                audits++;
                if (await LedgerAudit.FindAsync(referee) is { Count: > 0 } broken)
                    throw new SimulationException(
                        $"NETROOM_SEED={seed}, round {round}: {string.Join("; ", broken)}"
                    );
                say?.Invoke($"{watch.Elapsed:mm\\:ss} round {round} of {rounds}, audited");
            }
        }

        var result = new SimulationResult(
            drivers.Sum(driver => (long)driver.Steps),
            drivers.Sum(driver => (long)driver.Replays),
            drivers.Sum(driver => (long)driver.Crashes),
            audits,
            watch.Elapsed
        );
        say?.Invoke(result.ToString());
        return result;
    }

    /// <summary>Moments that matter: an expiry to the microsecond, both sides of midnight and of the month's end, and a step back.</summary>
    private static DateTimeOffset Tick(Random dice, WalletDriver[] drivers, DateTimeOffset now)
    {
        var midnight = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddHours(21);
        var next = dice.Next(12) switch
        {
            0 => NextExpiry(dice, drivers, now),
            1 => NextExpiry(dice, drivers, now).AddTicks(-10),
            2 => (midnight > now ? midnight : midnight.AddDays(1)).AddTicks(-10),
            3 => midnight > now ? midnight : midnight.AddDays(1),
            4 => new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero)
                .AddMonths(1)
                .AddHours(-3),
            5 => now.AddHours(-dice.Next(1, 13)),
            6 => now.AddDays(dice.Next(1, 12)),
            7 => now.AddTicks(10),
            _ => now.AddMinutes(dice.Next(1, 600)),
        };
        // Whole microseconds, as the database keeps them.
        return next.AddTicks(-(next.Ticks % 10));
    }

    private static DateTimeOffset NextExpiry(
        Random dice,
        WalletDriver[] drivers,
        DateTimeOffset now
    ) =>
        drivers[dice.Next(drivers.Length)]
            .Model.Lots.Where(lot => lot.Expires > now && lot.Expires < now.AddDays(60))
            .Select(lot => lot.Expires)
            .Order()
            .FirstOrDefault(now.AddHours(1));

    private static async Task KillOneAsync(NpgsqlDataSource referee, Task run, int after)
    {
        await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(after), TimeProvider.System));
        await SimulationSchema.ExecuteAsync(
            referee,
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name <> 'referee' AND pid <> pg_backend_pid() ORDER BY state, random() LIMIT 2
            """
        );
    }

    /// <summary>The sweep skips wallets that a killed session still has, so it is asked until it finds nothing.</summary>
    private static async Task ExpireAsync(
        NpgsqlDataSource referee,
        WalletDriver[] drivers,
        DateTimeOffset now,
        int seed
    )
    {
        var expired = drivers.Count(driver => driver.Model.Expire(now));
        var found = 0;
        for (var attempt = 0; attempt < 200 && found < expired; attempt++)
        {
            await using var command = referee.CreateCommand("SELECT billing.expire(100000)");
            found += (int)(await command.ExecuteScalarAsync())!;
        }

        if (found != expired)
            throw new SimulationException(
                $"NETROOM_SEED={seed}, {now:O}: lots of {found} wallets expired, not of {expired}"
            );
    }
}
