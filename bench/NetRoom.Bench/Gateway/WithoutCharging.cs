using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NetRoom.Generation;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Runs;
using Npgsql;

namespace NetRoom.Bench.Gateway;

/// <summary>
/// Inside the web process: puts a ledger that charges nobody in the place of the real one, so that the product itself needs no such switch.
/// The host tells of its building, as it tells WebApplicationFactory.
/// </summary>
internal static class WithoutCharging
{
    public static void Begin() => DiagnosticListener.AllListeners.Subscribe(new Listeners());

    private sealed class Listeners
        : IObserver<DiagnosticListener>,
            IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder host })
                host.ConfigureServices(services =>
                {
                    services.AddSingleton<DirectLedger, NoLedger>();
                    // It would find runs without a row, and end them.
                    services.Remove(
                        services.Single(service => service.ImplementationType == typeof(RunKeeper))
                    );
                });
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }

    private sealed class NoLedger(
        NpgsqlDataSource source,
        LiveRuns runs,
        IOptions<GenerationOptions> options,
        TimeProvider clock
    ) : DirectLedger(source, runs, options, clock)
    {
        public override Task<DirectAnswer> AskAsync(DirectCommand command) =>
            Task.FromResult(
                command is EndCommand end
                    ? new DirectAnswer("done", end.Charge?.Amount.Micro ?? 0)
                    : new DirectAnswer("held", 0)
            );
    }
}
