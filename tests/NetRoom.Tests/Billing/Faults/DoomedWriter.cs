using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Faults;

/// <summary>
/// A process that holds and captures until somebody kills it, and says on its output what it was told. This assembly's own entry
/// point: dotnet NetRoom.Tests.dll [connection string] [account…].
/// </summary>
internal static class DoomedWriter
{
    public static async Task Main(string[] arguments)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddKernelData(arguments[0])
            .AddBillingData()
            .BuildServiceProvider();
        await Parallel.ForEachAsync(
            arguments.Skip(1).Select(Guid.Parse),
            new ParallelOptions { MaxDegreeOfParallelism = 100 },
            async (account, _) =>
            {
                while (true)
                    await StepAsync(services, account, Console.WriteLine);
            }
        );
    }

    /// <summary>One run of a rouble, of two that are held. Says "quoted", "held" and "captured" with the hold's id.</summary>
    public static async Task StepAsync(IServiceProvider services, Guid account, Action<string> say)
    {
        var request = new HoldRequest(
            Ids.New(),
            account,
            Ids.New(),
            QuoteOf(R(2)),
            SpendCategory.Text,
            InAnHour
        );
        say($"quoted {request.Id}");
        await using var scope = services.CreateAsyncScope();
        var wallet = scope.ServiceProvider.GetRequiredService<IWallet>();
        Done(await wallet.HoldAsync(request, default));
        say($"held {request.Id}");
        Done(await wallet.CaptureAsync(request.Id, ChargeOf(R(1)), default));
        say($"captured {request.Id}");
    }
}
