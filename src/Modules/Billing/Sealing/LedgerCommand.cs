using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace NetRoom.Billing.Sealing;

/// <summary>Command lines of the program that are about the ledger.</summary>
public static class LedgerCommand
{
    /// <summary>
    /// "ledger verify" recomputes seals and chains, and prints OK or the first difference. Answers the exit code, or null
    /// if the arguments are no such command and the program should go on.
    /// </summary>
    public static async Task<int?> RunLedgerCommandAsync(
        this WebApplication app,
        IReadOnlyList<string> args
    )
    {
        if (args is not ["ledger", "verify", ..])
            return null;
        return await VerifyAsync(app.Services, Console.Out, CancellationToken.None);
    }

    internal static async Task<int> VerifyAsync(
        IServiceProvider services,
        TextWriter output,
        CancellationToken cancel
    )
    {
        var difference = await services
            .GetRequiredService<LedgerVerification>()
            .FirstDifferenceAsync(cancel);
        await output.WriteLineAsync(difference ?? "OK");
        return difference is null ? 0 : 1;
    }
}
