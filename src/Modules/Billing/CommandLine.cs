using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing.Operator;
using NetRoom.Billing.Sealing;

namespace NetRoom.Billing;

/// <summary>Command lines of the program that are about the ledger.</summary>
public static class CommandLine
{
    /// <summary>
    /// "ledger verify" recomputes seals and chains, and prints OK or the first difference; "ledger explain" with a wallet's id rebuilds its
    /// balance line by line. Answers the exit code, or null if the arguments are no such command and the program should go on.
    /// </summary>
    public static async Task<int?> RunLedgerCommandAsync(
        this WebApplication app,
        IReadOnlyList<string> args,
        TextWriter output
    )
    {
        if (args is not ["ledger", ..])
            return null;
        await using var scope = app.Services.CreateAsyncScope();
        switch (args)
        {
            case ["ledger", "verify"]:
                return await VerifyAsync(scope.ServiceProvider, output, CancellationToken.None);
            case ["ledger", "explain", var text] when Guid.TryParse(text, out var wallet):
                var explain = scope.ServiceProvider.GetRequiredService<ExplainWallet>();
                return await explain.WriteAsync(wallet, output, CancellationToken.None) ? 0 : 1;
            default:
                await output.WriteLineAsync("ledger verify | ledger explain <id of a wallet>");
                return 2;
        }
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
