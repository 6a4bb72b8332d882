using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Email;

public sealed record MailLinkForm
{
    /// <summary>The secret of the link.</summary>
    public string? Code { get; init; }
    public string? Password { get; init; }

    /// <summary>Ways in that stay, by the ids of their identities.</summary>
    public Guid[]? Keep { get; init; }
}

/// <summary>What a link is about to do, for its page.</summary>
/// <param name="Ways">Ways in that were attached before the address was proven: the owner chooses which stay.</param>
public sealed record MailLinkView(
    string Code,
    string Purpose,
    string Address,
    IReadOnlyList<WayIn> Ways
);

/// <param name="Label">What the provider calls the person; may be empty.</param>
public sealed record WayIn(Guid Id, string Provider, string Label, DateTimeOffset CreatedAt);

/// <summary>The pages behind links of letters. Opening a link changes nothing; programs that look into letters do that too.</summary>
internal sealed class MailLinkScreens(NetRoomDb db)
{
    public const string Address = "/mail-link";

    public static PageResult<MailLinkPage> AskForCode(Problem? problem = null) =>
        new(new { Problem = problem }, Status(problem));

    public async Task<PageResult<MailLinkPage>> ShowAsync(
        MailLink link,
        MailLinkForm form,
        Problem? problem,
        CancellationToken cancel
    ) =>
        new(
            new
            {
                View = new MailLinkView(
                    form.Code!,
                    link.Purpose,
                    link.Address,
                    await WaysAsync(link.AccountId, cancel)
                ),
                Form = form,
                Problem = problem,
            },
            Status(problem)
        );

    public static Problem Dead => new(ProblemKind.Invalid, "email.link_dead");

    /// <summary>Nothing to choose once the address has been proven: whoever attached them since was the owner.</summary>
    private async Task<IReadOnlyList<WayIn>> WaysAsync(Guid accountId, CancellationToken cancel) =>
        await db.Set<Identity>()
            .Where(row =>
                row.AccountId == accountId
                && row.Provider != Identity.ByEmail
                && db.Set<Account>().Any(it => it.Id == accountId && it.EmailProvenAt == null)
            )
            .OrderBy(row => row.CreatedAt)
            .Select(row => new WayIn(row.Id, row.Provider, row.Label, row.CreatedAt))
            .ToListAsync(cancel);

    private static int Status(Problem? problem) =>
        problem is null ? StatusCodes.Status200OK : (int)problem.Kind;
}
