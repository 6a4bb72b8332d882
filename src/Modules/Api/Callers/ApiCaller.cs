using Microsoft.AspNetCore.Http;
using NetRoom.Kernel;

namespace NetRoom.Api.Callers;

/// <summary>What a key may be used for.</summary>
[Flags]
internal enum ApiScopes
{
    None = 0,

    /// <summary>Text models, and the counting of their tokens.</summary>
    Text = 1,
    Images = 2,
    Audio = 4,
    Embeddings = 8,

    /// <summary>Balance, usage, settled costs.</summary>
    Account = 16,
    All = Text | Images | Audio | Embeddings | Account,
}

/// <summary>Whose request it is: the account, and the key that it came with.</summary>
/// <param name="Models">The catalogue's ids that the key may use; empty: all.</param>
/// <param name="PerDay">The most that the key may spend in a day of UTC; null: no limit of its own.</param>
/// <param name="PerMonth">The same of a calendar month of UTC.</param>
internal sealed record ApiCaller(
    Guid AccountId,
    Guid KeyId,
    ApiScopes Scopes,
    IReadOnlySet<string> Models,
    Money? PerDay,
    Money? PerMonth
)
{
    public bool MayUse(string modelId) => Models.Count == 0 || Models.Contains(modelId);

    /// <summary>Lets an endpoint name its caller as a parameter. The key's check has put it there.</summary>
    public static ValueTask<ApiCaller?> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<ApiCaller>());
}
