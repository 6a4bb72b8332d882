using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using NetRoom.Api.Callers;
using NetRoom.Billing;

namespace NetRoom.Api.Account;

/// <summary>Roubles as decimal strings. What can be spent now is <paramref name="Available"/>.</summary>
/// <param name="Held">By calls that are running.</param>
internal sealed record BalanceAnswer(
    string Available,
    string Real,
    string Bonus,
    string Compensation,
    string Held,
    string Debt
)
{
    public string Object { get; init; } = "balance";

    public string Currency { get; init; } = "RUB";
}

/// <summary>GET /v1/balance.</summary>
internal static class ShowBalance
{
    public static async Task<JsonHttpResult<BalanceAnswer>> HandleAsync(
        ApiCaller caller,
        IWallet wallet,
        CancellationToken cancel
    )
    {
        var balance = await wallet.BalanceAsync(caller.AccountId, cancel);
        return TypedResults.Json(
            new BalanceAnswer(
                balance.Available.ToInvariantNumber(),
                balance.Real.ToInvariantNumber(),
                balance.Bonus.ToInvariantNumber(),
                balance.Compensation.ToInvariantNumber(),
                balance.Held.ToInvariantNumber(),
                balance.Debt.ToInvariantNumber()
            ),
            AccountJson.Default.BalanceAnswer
        );
    }
}
