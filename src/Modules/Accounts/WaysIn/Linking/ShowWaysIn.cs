using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.WaysIn.Linking;

/// <summary>A way in as the page lists it.</summary>
/// <param name="Name">Null for the email with a password.</param>
/// <param name="IsOn">Whether the operator still lets people come by it.</param>
public sealed record WayView(
    string Provider,
    string? Name,
    string Label,
    bool IsOn,
    DateTimeOffset Since,
    DateTimeOffset? LastUsed
);

/// <summary>A provider that could be linked.</summary>
public sealed record WayOffer(string Provider, string Name);

/// <summary>/settings/ways-in: what opens this account, and what could.</summary>
internal sealed class ShowWaysIn(NetRoomDb db, IEnumerable<IWayIn> ways, ICurrentAccount me)
{
    public const string Address = "/settings/ways-in";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/settings/ways-in",
                (ShowWaysIn show, HttpContext context, CancellationToken cancel) =>
                    show.PageAsync(context, null, cancel)
            )
            .RequireAuthorization(Policies.SignedIn);

    public async Task<IResult> PageAsync(
        HttpContext context,
        Problem? problem,
        CancellationToken cancel
    )
    {
        var linked = await db.Set<Identity>()
            .Where(row => row.AccountId == me.Id)
            .OrderBy(row => row.CreatedAt)
            .ToListAsync(cancel);
        var address = await db.Set<Account>()
            .Where(row => row.Id == me.Id)
            .Select(row => row.Email)
            .SingleAsync(cancel);
        var offset = Preferences.OffsetOf(context);
        return new PageResult<WaysInPage>(
            new
            {
                Ways = linked.ConvertAll(row => View(row, offset)),
                Offers = ways.Where(way =>
                        way.IsOn && linked.TrueForAll(row => row.Provider != way.Provider)
                    )
                    .Select(way => new WayOffer(way.Provider, way.Name))
                    .ToList(),
                HasPassword = linked.Exists(row => row.Provider == Identity.ByEmail),
                Address = address,
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
    }

    private WayView View(Identity row, TimeSpan offset)
    {
        var way = ways.FirstOrDefault(way => way.Provider == row.Provider);
        return new WayView(
            row.Provider,
            row.Provider == Identity.ByEmail ? null : way?.Name ?? row.Provider,
            row.Provider == Identity.ByEmail ? row.Subject : row.Label,
            way?.IsOn ?? true,
            row.CreatedAt.ToOffset(offset),
            row.LastUsedAt?.ToOffset(offset)
        );
    }
}
