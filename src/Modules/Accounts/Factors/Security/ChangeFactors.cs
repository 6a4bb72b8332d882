using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Factors.Passkeys;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Factors.Security;

/// <summary>The forms of /settings/security: each asks for a recent proof and tells the person by letter.</summary>
internal sealed class ChangeFactors(
    NetRoomDb db,
    AuthenticatorApp app,
    RecoveryCodes codes,
    SecondFactors factors,
    PasskeyCeremony ceremony,
    SessionProof proof,
    SecurityScreen screen,
    ICurrentAccount me
)
{
    public static Task<IResult> ShowAsync(SecurityScreen screen, CancellationToken cancel) =>
        screen.ShowAsync(cancel);

    public async Task<IResult> RemoveAppAsync(HttpContext context, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await app.RemoveAsync(me.Id, cancel))
            return Back();
        return await RemovedAsync(
            context,
            SecurityKinds.AuthenticatorOff,
            transaction.CommitAsync,
            cancel
        );
    }

    public async Task<IResult> RenewCodesAsync(HttpContext context, CancellationToken cancel)
    {
        if (!(await factors.StateAsync(me.Id, cancel)).Any)
            return Back();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var made = await codes.RenewAsync(me.Id, cancel);
        factors.Notify(me.Id, SecurityKinds.RecoveryCodesMade, Client.Of(context));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return await screen.ShowAsync(cancel, newCodes: made);
    }

    public async Task<IResult> AddPasskeyAsync(
        string? credential,
        string? name,
        HttpContext context,
        CancellationToken cancel
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var had = await factors.StateAsync(me.Id, cancel);
        var client = Client.Of(context);
        var made = await ceremony.CreateAsync(
            context,
            me.Id,
            credential,
            NameOf(name, client),
            cancel
        );
        if (!made.Succeeded(out _, out var problem))
            return await screen.ShowAsync(cancel, problem);
        factors.Notify(me.Id, SecurityKinds.PasskeyAdded, client);
        await db.SaveChangesAsync(cancel);
        var fresh = had.Any ? null : await codes.RenewAsync(me.Id, cancel);
        await transaction.CommitAsync(cancel);
        await proof.ShownAsync(context, secondFactor: true, cancel);
        if (fresh is not null)
            return await screen.ShowAsync(cancel, newCodes: fresh);
        Notice.Leave(context, "Done");
        return Back();
    }

    public async Task<IResult> RenamePasskeyAsync(
        Guid id,
        string? name,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var known = NameOf(name, Client.Of(context));
        var renamed = await db.Set<Passkey>()
            .Where(row => row.Id == id && row.AccountId == me.Id)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.Name, known), cancel);
        if (renamed == 0)
            return Problem.NotFound().ToResult();
        Notice.Leave(context, "Done");
        return Back();
    }

    public async Task<IResult> RemovePasskeyAsync(
        Guid id,
        HttpContext context,
        CancellationToken cancel
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var removed = await db.Set<Passkey>()
            .Where(row => row.Id == id && row.AccountId == me.Id)
            .ExecuteDeleteAsync(cancel);
        return removed == 0
            ? Problem.NotFound().ToResult()
            : await RemovedAsync(
                context,
                SecurityKinds.PasskeyRemoved,
                transaction.CommitAsync,
                cancel
            );
    }

    private async Task<IResult> RemovedAsync(
        HttpContext context,
        string notice,
        Func<CancellationToken, Task> commit,
        CancellationToken cancel
    )
    {
        await factors.ForgetIfLastAsync(me.Id, cancel);
        factors.Notify(me.Id, notice, Client.Of(context));
        await db.SaveChangesAsync(cancel);
        await commit(cancel);
        if (!(await factors.StateAsync(me.Id, cancel)).Any)
            await proof.ForgottenAsync(context);
        Notice.Leave(context, "Done");
        return Back();
    }

    private static RedirectHttpResult Back() => TypedResults.LocalRedirect(SecurityScreen.Address);

    /// <summary>What the person typed, else the device that they sit at.</summary>
    private static string NameOf(string? typed, Client client)
    {
        var name = typed?.Trim() is { Length: > 0 } given ? given : client.Name ?? Client.Unknown;
        return name.Length > PasskeyCeremony.LongestName
            ? name[..PasskeyCeremony.LongestName]
            : name;
    }
}
