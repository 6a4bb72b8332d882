using NetRoom.Bench.Wallets;
using NetRoom.Tests.Billing.Simulation;

namespace NetRoom.Bench.Simulations;

/// <summary>The tests' simulation of the ledger for as many steps as there is time for.</summary>
internal static class SimulateBench
{
    public static async Task RunAsync(Options options)
    {
        await using var server = await LedgerServer.StartAsync();
        var result = await LedgerSimulation.RunAsync(
            server.ConnectionString,
            options.Number("seed", Environment.TickCount & int.MaxValue),
            options.Number("steps", 1_000_000),
            new SimulationOptions(
                Wallets: options.Number("wallets", 64),
                Batch: options.Number("batch", 16)
            ),
            Console.WriteLine
        );
        var table = Table.Of("steps", "replays", "crashes", "audits", "seconds", "steps/s");
        table.Row(
            result.Steps,
            result.Replays,
            result.Crashes,
            result.Audits,
            result.Elapsed.TotalSeconds,
            result.Steps / result.Elapsed.TotalSeconds
        );
    }
}
