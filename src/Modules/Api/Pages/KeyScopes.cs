using NetRoom.Api.Callers;

namespace NetRoom.Api.Pages;

/// <summary>Scopes by the names that forms and pages have for them.</summary>
internal static class KeyScopes
{
    public static readonly IReadOnlyList<(string Name, ApiScopes Scope)> All =
    [
        .. new[]
        {
            ApiScopes.Text,
            ApiScopes.Images,
            ApiScopes.Audio,
            ApiScopes.Embeddings,
            ApiScopes.Account,
        }.Select(scope => (scope.ToString().ToLowerInvariant(), scope)),
    ];

    public static IReadOnlyList<string> NamesOf(ApiScopes scopes) =>
        [.. All.Where(it => scopes.HasFlag(it.Scope)).Select(it => it.Name)];
}
