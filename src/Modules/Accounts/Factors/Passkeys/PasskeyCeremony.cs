using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.Factors.Passkeys;

/// <summary>
/// The two ceremonies of WebAuthn. The challenge of each lies in a sealed cookie of the browser that asked, for five minutes, and is
/// spent by the first answer, right or wrong. User verification is always required, so a passkey is two factors in one.
/// </summary>
internal sealed class PasskeyCeremony(
    IPasskeyHandler<PasskeyHolder> handler,
    NetRoomDb db,
    SealedTickets tickets,
    TimeProvider clock
)
{
    public const int MostPasskeys = 20;
    public const int LongestName = 60;

    private sealed record Challenge(string State, bool IsCreation);

    /// <summary>PublicKeyCredentialCreationOptions as JSON, for navigator.credentials.create.</summary>
    public async Task<string> CreationOptionsAsync(
        HttpContext context,
        Guid accountId,
        string label
    )
    {
        var options = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity
            {
                Id = new PasskeyHolder(accountId).Handle,
                Name = label,
                DisplayName = label,
            },
            context
        );
        tickets.Give(
            context,
            TicketKind.Challenge,
            new Challenge(options.AttestationState!, IsCreation: true)
        );
        return options.CreationOptionsJson;
    }

    /// <summary>PublicKeyCredentialRequestOptions as JSON, for navigator.credentials.get.</summary>
    /// <param name="accountId">Whose passkey it must be; null lets the person choose an account by choosing a passkey.</param>
    public async Task<string> RequestOptionsAsync(HttpContext context, Guid? accountId)
    {
        var options = await handler.MakeRequestOptionsAsync(
            accountId is { } id ? new PasskeyHolder(id) : null,
            context
        );
        tickets.Give(
            context,
            TicketKind.Challenge,
            new Challenge(options.AssertionState!, IsCreation: false)
        );
        return options.RequestOptionsJson;
    }

    /// <summary>
    /// A new passkey of the account, added to the context; the caller saves it. Problems: factors.passkey_failed, factors.passkey_known,
    /// factors.too_many_passkeys.
    /// </summary>
    public async Task<Outcome<Passkey>> CreateAsync(
        HttpContext context,
        Guid accountId,
        string? credential,
        string name,
        CancellationToken cancel
    )
    {
        if (await TakeStateAsync(context, credential, isCreation: true, cancel) is not { } state)
            return Failed;
        var result = await handler.PerformAttestationAsync(
            new PasskeyAttestationContext
            {
                HttpContext = context,
                CredentialJson = credential!,
                AttestationState = state,
            }
        );
        if (!result.Succeeded || result.UserEntity.Id != new PasskeyHolder(accountId).Handle)
            return Failed;
        if (
            await db.Set<Passkey>().CountAsync(row => row.AccountId == accountId, cancel)
            >= MostPasskeys
        )
            return new Problem(ProblemKind.Conflict, "factors.too_many_passkeys", MostPasskeys);
        var made = result.Passkey;
        var passkey = new Passkey
        {
            Id = Ids.New(),
            AccountId = accountId,
            CredentialId = made.CredentialId,
            PublicKey = made.PublicKey,
            Name = name,
            SignCount = made.SignCount,
            Transports = made.Transports ?? [],
            IsBackupEligible = made.IsBackupEligible,
            IsBackedUp = made.IsBackedUp,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Add(passkey);
        return passkey;
    }

    /// <summary>Whose passkey answered the challenge of this browser; null if it was not answered well.</summary>
    public async Task<Guid?> VerifyAsync(
        HttpContext context,
        string? credential,
        CancellationToken cancel
    )
    {
        if (await TakeStateAsync(context, credential, isCreation: false, cancel) is not { } state)
            return null;
        var result = await handler.PerformAssertionAsync(
            new PasskeyAssertionContext
            {
                HttpContext = context,
                CredentialJson = credential!,
                AssertionState = state,
            }
        );
        if (!result.Succeeded)
            return null;
        var used = result.Passkey;
        await db.Set<Passkey>()
            .Where(row => row.CredentialId == used.CredentialId)
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(it => it.SignCount, used.SignCount)
                        .SetProperty(it => it.IsBackedUp, used.IsBackedUp)
                        .SetProperty(it => it.LastUsedAt, clock.GetUtcNow()),
                cancel
            );
        return result.User.AccountId;
    }

    private async Task<string?> TakeStateAsync(
        HttpContext context,
        string? credential,
        bool isCreation,
        CancellationToken cancel
    ) =>
        credential is { Length: > 0 }
        && tickets.Find<Challenge>(context, TicketKind.Challenge) is { } ticket
        && ticket.Content.IsCreation == isCreation
        && await tickets.SpendAsync(context, TicketKind.Challenge, ticket, cancel)
            ? ticket.Content.State
            : null;

    private static Problem Failed => new(ProblemKind.Invalid, "factors.passkey_failed");
}
