using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;
using Npgsql;

namespace NetRoom.Accounts.WaysIn.Linking;

/// <summary>
/// Links a provider to the account that is signed in. The attempt belongs to this very session; what opens another account is refused and
/// never moved.
/// </summary>
internal sealed class LinkWay(
    NetRoomDb db,
    Arrival arrival,
    ICurrentAccount me,
    Outbox outbox,
    TimeProvider clock
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/settings/ways-in/{provider}/link", Start)
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .RequireFormToken()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));

    public static string AddressOf(string provider) => $"{ShowWaysIn.Address}/{provider}/link";

    private static IResult Start(
        HttpContext context,
        IEnumerable<IWayIn> ways,
        Attempts attempts,
        string provider
    ) =>
        ways.Find(provider) is { } way
            ? StartWayIn.Leave(context, way, attempts.Begin(context, way, Purpose.Link, null))
            : Problem.NotFound().ToResult();

    /// <summary>Problems: ways.belongs_to_another, ways.one_of_each.</summary>
    public async Task<Outcome<string>> FinishAsync(
        HttpContext context,
        ExternalPerson person,
        string providerName,
        CancellationToken cancel
    )
    {
        if (await arrival.FindAsync(person, cancel) is { } known)
            return known.AccountId == me.Id
                ? ShowWaysIn.Address
                : Refused("ways.belongs_to_another");
        var now = clock.GetUtcNow();
        outbox.Add(Client.Of(context).Did(me.Id, SecurityKinds.WayAdded, now));
        db.Add(
            new Identity
            {
                Id = Ids.New(),
                AccountId = me.Id,
                Provider = person.Provider,
                Subject = person.Subject,
                Label = person.Label,
                CreatedAt = now,
            }
        );
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure)
            when (failure.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } taken
            )
        {
            db.ChangeTracker.Clear();
            return Refused(
                taken.ConstraintName == "identity_one_of_a_provider"
                    ? "ways.one_of_each"
                    : "ways.belongs_to_another"
            );
        }

        Notice.Leave(context, "Done");
        return ShowWaysIn.Address;

        Problem Refused(string code) => new(ProblemKind.Conflict, code, providerName, person.Label);
    }
}
