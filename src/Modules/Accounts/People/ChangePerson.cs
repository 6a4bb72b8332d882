using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;

namespace NetRoom.Accounts.People;

/// <summary>
/// Roles and blocks. Whatever is changed, the sessions of the person end at once: the next one has the new role. The rows of all owners
/// are locked first, so that two who take away each other's role cannot both succeed.
/// </summary>
internal sealed class ChangePerson(
    NetRoomDb db,
    OperatorJournal journal,
    Outbox outbox,
    ICurrentAccount me,
    TimeProvider clock
)
{
    /// <summary>
    /// Null when it was done. Problems: people.no_person, people.reason_needed, people.bad_role, people.not_yourself, people.not_owner,
    /// people.no_change.
    /// </summary>
    public Task<Problem?> SetRoleAsync(
        HttpContext context,
        Guid id,
        string? role,
        string? reason,
        CancellationToken cancel
    ) =>
        role is null || !Roles.All.Contains(role)
            ? Task.FromResult<Problem?>(Refused("people.bad_role"))
            : ChangeAsync(
                id,
                reason,
                EndReasons.RoleChanged,
                (account, why) =>
                {
                    if (account.Role == role)
                        return null;
                    journal.Add(context, OperatorActs.Role, id, $"{account.Role} → {role}", why);
                    return rows =>
                        rows.ExecuteUpdateAsync(
                            row => row.SetProperty(it => it.Role, role),
                            cancel
                        );
                },
                cancel
            );

    /// <inheritdoc cref="SetRoleAsync"/>
    public Task<Problem?> SetBlockedAsync(
        HttpContext context,
        Guid id,
        bool blocked,
        string? reason,
        CancellationToken cancel
    ) =>
        ChangeAsync(
            id,
            reason,
            EndReasons.Blocked,
            (account, why) =>
            {
                if (account.BlockedAt is not null == blocked)
                    return null;
                DateTimeOffset? at = blocked ? clock.GetUtcNow() : null;
                journal.Add(
                    context,
                    blocked ? OperatorActs.Block : OperatorActs.Unblock,
                    id,
                    "",
                    why
                );
                if (blocked)
                    outbox.Add(new AccountBlocked(id));
                return rows =>
                    rows.ExecuteUpdateAsync(row => row.SetProperty(it => it.BlockedAt, at), cancel);
            },
            cancel
        );

    private async Task<Problem?> ChangeAsync(
        Guid id,
        string? typedReason,
        string endReason,
        Func<Account, string, Func<IQueryable<Account>, Task<int>>?> prepare,
        CancellationToken cancel
    )
    {
        if (id == me.Id)
            return Refused("people.not_yourself");
        if (OperatorJournal.Reason(typedReason) is not { } reason)
            return Refused("people.reason_needed");
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var owners = await db
            .Database.SqlQuery<Guid>(
                $"SELECT id AS \"Value\" FROM accounts.account WHERE role = 'owner' AND blocked_at IS NULL ORDER BY id FOR UPDATE"
            )
            .ToListAsync(cancel);
        // I was an owner when the request came; another owner may have been quicker.
        if (!owners.Contains(me.Id))
            return Refused("people.not_owner");
        var rows = db.Set<Account>().Where(row => row.Id == id);
        if (await rows.AsNoTracking().SingleOrDefaultAsync(cancel) is not { } account)
            return Problem.NotFound("people.no_person");
        if (prepare(account, reason) is not { } change)
            return new Problem(ProblemKind.Conflict, "people.no_change");
        await change(rows);
        await db.Set<Session>()
            .Where(row => row.AccountId == id && row.EndedAt == null)
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(it => it.EndedAt, clock.GetUtcNow())
                        .SetProperty(it => it.EndReason, endReason),
                cancel
            );
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        await outbox.DeliverNowAsync(cancel);
        return null;
    }

    private static Problem Refused(string code) => new(ProblemKind.Invalid, code);
}
