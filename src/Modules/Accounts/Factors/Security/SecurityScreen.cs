using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Factors.Security;

public sealed record PasskeyView(
    Guid Id,
    string Name,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt
);

/// <summary>What /settings/security shows.</summary>
/// <param name="NewCodes">Recovery codes just made: shown this once.</param>
public sealed record SecurityView(
    FactorState State,
    IReadOnlyList<PasskeyView> Passkeys,
    IReadOnlyList<string>? NewCodes = null,
    Problem? Problem = null
);

internal sealed class SecurityScreen(NetRoomDb db, SecondFactors factors, ICurrentAccount me)
{
    public const string Address = "/settings/security";

    public async Task<IResult> ShowAsync(
        CancellationToken cancel,
        Problem? problem = null,
        IReadOnlyList<string>? newCodes = null
    ) =>
        new PageResult<SecurityPage>(
            new
            {
                View = new SecurityView(
                    await factors.StateAsync(me.Id, cancel),
                    await db.Set<Passkey>()
                        .Where(row => row.AccountId == me.Id)
                        .OrderBy(row => row.CreatedAt)
                        .Select(row => new PasskeyView(
                            row.Id,
                            row.Name,
                            row.CreatedAt,
                            row.LastUsedAt
                        ))
                        .ToListAsync(cancel),
                    newCodes,
                    problem
                ),
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
}
