using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;

namespace NetRoom.Accounts.Factors;

/// <summary>What an account has to show beside its password.</summary>
/// <param name="CodesLeft">Recovery codes not used yet.</param>
public sealed record FactorState(bool HasApp, int Passkeys, int CodesLeft)
{
    /// <summary>Whether a second factor is asked for. Recovery codes alone are none.</summary>
    public bool Any => HasApp || Passkeys > 0;
}

/// <summary>The second factors of accounts as one thing: what there is, and whether what was typed is right.</summary>
internal sealed class SecondFactors(
    NetRoomDb db,
    AuthenticatorApp app,
    RecoveryCodes codes,
    Outbox outbox,
    TimeProvider clock
)
{
    public const int LongestCode = 40;

    public async Task<FactorState> StateAsync(Guid accountId, CancellationToken cancel) =>
        await db.Set<Account>()
            .Where(account => account.Id == accountId)
            .Select(account => new FactorState(
                db.Set<Authenticator>()
                    .Any(row => row.AccountId == accountId && row.ConfirmedAt != null),
                db.Set<Passkey>().Count(row => row.AccountId == accountId),
                db.Set<RecoveryCode>()
                    .Count(row => row.AccountId == accountId && row.UsedAt == null)
            ))
            .SingleAsync(cancel);

    /// <summary>Takes a code of the app or a recovery code, whichever was typed; either is taken once.</summary>
    public async Task<bool> TakeAsync(
        Guid accountId,
        string? typed,
        Client client,
        CancellationToken cancel
    )
    {
        if (typed is not { Length: > 0 and <= LongestCode })
            return false;
        var digits = string.Concat(typed.Where(letter => !char.IsWhiteSpace(letter)));
        if (digits.Length == Totp.Digits && digits.All(char.IsAsciiDigit))
            return await app.TakeAsync(accountId, digits, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await codes.TakeAsync(accountId, typed, cancel))
            return false;
        Notify(accountId, SecurityKinds.RecoveryCodeUsed, client);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>After a factor was removed, in its transaction: without any, recovery codes and what sessions have shown mean nothing.</summary>
    public async Task ForgetIfLastAsync(Guid accountId, CancellationToken cancel)
    {
        if ((await StateAsync(accountId, cancel)).Any)
            return;
        await codes.RemoveAsync(accountId, cancel);
        await db.Set<Session>()
            .Where(row => row.AccountId == accountId && row.EndedAt == null)
            .ExecuteUpdateAsync(row => row.SetProperty(it => it.SecondFactor, false), cancel);
    }

    /// <summary>Removes all of them, in the caller's transaction: somebody else had set them up.</summary>
    public async Task RemoveAllAsync(Guid accountId, CancellationToken cancel)
    {
        await db.Set<Authenticator>()
            .Where(row => row.AccountId == accountId)
            .ExecuteDeleteAsync(cancel);
        await db.Set<Passkey>().Where(row => row.AccountId == accountId).ExecuteDeleteAsync(cancel);
        await ForgetIfLastAsync(accountId, cancel);
    }

    /// <summary>Adds the notice to the context; the caller saves it with the rest.</summary>
    public void Notify(Guid accountId, string kind, Client client) =>
        outbox.Add(client.Did(accountId, kind, clock.GetUtcNow()));
}
