using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts.Factors;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.People;

/// <summary>Somebody on a list: staff, blocked, or found.</summary>
public sealed record PersonLine(Guid Id, string Label, string Role, DateTimeOffset? BlockedAt);

/// <summary>Somebody whose role or access an owner may change.</summary>
public sealed record PersonView(
    PersonLine Person,
    DateTimeOffset CreatedAt,
    int Sessions,
    FactorState Factors,
    bool IsMe,
    IReadOnlyList<ActLine> Acts
);

/// <summary>A line of the journal, with names in place of ids where the accounts are still there.</summary>
public sealed record ActLine(
    Guid Id,
    DateTimeOffset At,
    string Actor,
    string Act,
    Guid SubjectId,
    string Subject,
    string Detail,
    string Reason,
    string? Ip
);

/// <summary>/operator/people: who may do what, and who may not come in. For owners.</summary>
internal sealed class PeoplePages(
    NetRoomDb db,
    IAccountDirectory directory,
    SecondFactors factors,
    ICurrentAccount me
)
{
    public const string Home = "/operator/people";
    public const string Acts = "/operator/acts";
    private const int MostFound = 20;
    private const int ActsOnPage = 50;

    public static void Add(IServiceCollection services)
    {
        services.AddProblemTexts<PeopleText>("people");
        services.AddScoped<PeoplePages>();
        services.AddScoped<ChangePerson>();
        services.AddScoped<OperatorJournal>();
        services.AddSingleton<IFramePart, PeopleLink>();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var people = routes
            .MapGroup("")
            .RequireAuthorization(Policies.Owner)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
        people.MapGet(
            "/operator/people",
            (PeoplePages pages, CancellationToken cancel) => pages.ListAsync(null, cancel)
        );
        people.MapPost(
            "/operator/people/find",
            (PeoplePages pages, [FromForm] string? word, CancellationToken cancel) =>
                pages.ListAsync(word ?? "", cancel)
        );
        people.MapGet(
            "/operator/acts",
            (PeoplePages pages, Guid? before, CancellationToken cancel) =>
                pages.ActsAsync(before, cancel)
        );

        var person = people.MapGroup("").RequireRecentProof();
        person.MapGet(
            "/operator/people/{id:guid}",
            (PeoplePages pages, Guid id, CancellationToken cancel) =>
                pages.PersonAsync(id, null, cancel)
        );
        person.MapPost(
            "/operator/people/{id:guid}/role",
            async (
                PeoplePages pages,
                ChangePerson change,
                Guid id,
                [FromForm] string? role,
                [FromForm] string? reason,
                HttpContext context,
                CancellationToken cancel
            ) =>
                await pages.DoneAsync(
                    context,
                    id,
                    await change.SetRoleAsync(context, id, role, reason, cancel),
                    cancel
                )
        );
        person.MapPost(
            "/operator/people/{id:guid}/block",
            async (
                PeoplePages pages,
                ChangePerson change,
                Guid id,
                [FromForm] bool blocked,
                [FromForm] string? reason,
                HttpContext context,
                CancellationToken cancel
            ) =>
                await pages.DoneAsync(
                    context,
                    id,
                    await change.SetBlockedAsync(context, id, blocked, reason, cancel),
                    cancel
                )
        );
    }

    /// <param name="word">What was looked for: an address, an id, or a part of a name. Null shows staff.</param>
    private async Task<IResult> ListAsync(string? word, CancellationToken cancel)
    {
        var staff = await LinesAsync(
            db.Set<Account>().Where(row => row.Role != Roles.Person),
            cancel
        );
        var found = word is null ? null : await FindAsync(word.Trim(), cancel);
        return new PageResult<PeoplePage>(
            new
            {
                Staff = staff,
                Found = found,
                Word = word,
            }
        );
    }

    private async Task<IReadOnlyList<PersonLine>> FindAsync(string word, CancellationToken cancel)
    {
        if (word.Length == 0)
            return [];
        if (Guid.TryParse(word, out var id))
            return await LinesAsync(db.Set<Account>().Where(row => row.Id == id), cancel);
        if (await directory.FindByEmailAsync(word, cancel) is { } holder)
            return await LinesAsync(db.Set<Account>().Where(row => row.Id == holder), cancel);
        var part =
            $"%{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        return await LinesAsync(
            db.Set<Account>()
                .Where(row =>
                    EF.Functions.ILike(row.Name, part) || EF.Functions.ILike(row.Email!, part)
                ),
            cancel
        );
    }

    private static async Task<IReadOnlyList<PersonLine>> LinesAsync(
        IQueryable<Account> accounts,
        CancellationToken cancel
    ) =>
        await accounts
            .OrderBy(row => row.CreatedAt)
            .Take(MostFound)
            .Select(row => new PersonLine(row.Id, row.Email ?? row.Name, row.Role, row.BlockedAt))
            .ToListAsync(cancel);

    private async Task<IResult> PersonAsync(Guid id, Problem? problem, CancellationToken cancel)
    {
        var account = await db.Set<Account>()
            .AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id, cancel);
        if (account is null)
            return Problem.NotFound("people.no_person").ToResult();
        var view = new PersonView(
            new(id, account.Email ?? account.Name, account.Role, account.BlockedAt),
            account.CreatedAt,
            await db.Set<Session>()
                .CountAsync(row => row.AccountId == id && row.EndedAt == null, cancel),
            await factors.StateAsync(id, cancel),
            id == me.Id,
            await LinesAsync(
                db.Set<OperatorAct>()
                    .Where(row => row.SubjectId == id)
                    .OrderByDescending(row => row.Id)
                    .Take(ActsOnPage),
                cancel
            )
        );
        return new PageResult<PersonPage>(
            new { View = view, Problem = problem },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
    }

    private async Task<IResult> DoneAsync(
        HttpContext context,
        Guid id,
        Problem? problem,
        CancellationToken cancel
    )
    {
        if (problem is not null)
            return problem.Kind == ProblemKind.NotFound
                ? problem.ToResult()
                : await PersonAsync(id, problem, cancel);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect($"{Home}/{id}");
    }

    private async Task<IResult> ActsAsync(Guid? before, CancellationToken cancel)
    {
        var acts = await LinesAsync(
            db.Set<OperatorAct>()
                .Where(row => before == null || row.Id.CompareTo(before.Value) < 0)
                .OrderByDescending(row => row.Id)
                .Take(ActsOnPage + 1),
            cancel
        );
        return new PageResult<ActsPage>(
            new
            {
                Acts = (IReadOnlyList<ActLine>)[.. acts.Take(ActsOnPage)],
                Older = acts.Count > ActsOnPage ? acts[ActsOnPage - 1].Id : (Guid?)null,
            }
        );
    }

    private async Task<IReadOnlyList<ActLine>> LinesAsync(
        IQueryable<OperatorAct> acts,
        CancellationToken cancel
    )
    {
        var rows = await acts.AsNoTracking().ToListAsync(cancel);
        var labels = await directory.LabelsAsync(
            [.. rows.SelectMany(row => new[] { row.ActorId, row.SubjectId }).Distinct()],
            cancel
        );
        return
        [
            .. rows.Select(row => new ActLine(
                row.Id,
                row.At,
                LabelOf(row.ActorId),
                row.Act,
                row.SubjectId,
                LabelOf(row.SubjectId),
                row.Detail,
                row.Reason,
                row.Ip?.ToString()
            )),
        ];

        string LabelOf(Guid id) =>
            labels.TryGetValue(id, out var label) && label.Length > 0 ? label : id.ToString();
    }
}
