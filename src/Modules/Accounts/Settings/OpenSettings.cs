using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace NetRoom.Accounts.Settings;

/// <summary>/settings leads to their first page.</summary>
internal static class OpenSettings
{
    public const string Address = "/settings";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                Address,
                (IEnumerable<SettingsTab> tabs) =>
                    TypedResults.LocalRedirect(tabs.MinBy(tab => tab.Order)?.Address ?? "/")
            )
            .RequireAuthorization(Policies.SignedIn);
}
