using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel.Http;

namespace NetRoom.Accounts.Factors.Passkeys;

/// <summary>What a script needs before it can ask the browser for a passkey: the options, with a fresh challenge.</summary>
internal static class AskForPasskey
{
    public const string Creation = "/passkeys/creation";
    public const string Request = "/passkeys/request";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/passkeys/creation", CreationAsync)
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .RequireFormToken();
        routes.MapPost("/passkeys/request", RequestAsync).AllowAnonymous().RequireFormToken();
    }

    private static async Task<IResult> CreationAsync(
        PasskeyCeremony ceremony,
        ICurrentAccount me,
        HttpContext context
    ) => Json(await ceremony.CreationOptionsAsync(context, me.Id, me.Label));

    /// <summary>Of whoever is signed in or has shown a first factor; else of anybody.</summary>
    private static async Task<IResult> RequestAsync(
        PasskeyCeremony ceremony,
        ICurrentAccount me,
        SealedTickets tickets,
        HttpContext context
    )
    {
        var account = me.IsSignedIn
            ? me.Id
            : tickets.Find<PendingEntry>(context, TicketKind.Pending)?.Content.AccountId;
        return Json(await ceremony.RequestOptionsAsync(context, account));
    }

    private static ContentHttpResult Json(string options) =>
        TypedResults.Text(options, "application/json");
}
