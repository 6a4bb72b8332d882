using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.Abuse;

internal sealed class PersonSignals(
    NetRoomDb db,
    AbuseKey key,
    IStringLocalizer<AbuseText> texts,
    IOptions<OperatorOptions> who,
    TimeProvider clock
) : IPersonSignals
{
    private const int SamePerson = 100;

    public async Task SawAsync(
        Guid accountId,
        PersonSignal signal,
        string value,
        CancellationToken cancel
    )
    {
        var kind = signal switch
        {
            PersonSignal.Telegram => SignalKinds.Telegram,
            PersonSignal.PaymentInstrument => SignalKinds.Payment,
        };
        var hash = await KeepAsync(accountId, kind, value, cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO accounts.abuse_verdict AS v (account_id, score, reasons, withheld, created_at)
            SELECT {accountId}, {SamePerson}, ARRAY[{kind}], false, {clock.GetUtcNow()}
             WHERE EXISTS (SELECT FROM accounts.abuse_signal
                            WHERE kind = {kind} AND hash = {hash} AND account_id <> {accountId})
            ON CONFLICT (account_id) DO UPDATE
               SET score = v.score + excluded.score, reasons = excluded.reasons || v.reasons
             WHERE NOT excluded.reasons <@ v.reasons
            """,
            cancel
        );
    }

    /// <summary>Somebody signed in to this account on this device.</summary>
    public Task SawDeviceAsync(Guid accountId, Guid device, CancellationToken cancel) =>
        KeepAsync(accountId, SignalKinds.Device, device.ToString("n"), cancel);

    public async Task<string?> WhyNoBonusAsync(Guid accountId, CancellationToken cancel)
    {
        var verdict = await db.Set<AbuseVerdict>()
            .SingleOrDefaultAsync(row => row.AccountId == accountId && row.Withheld, cancel);
        if (
            verdict is null
            || await db.Set<AbuseDecision>()
                .AnyAsync(
                    row => row.AccountId == accountId && row.Decision == AbuseDecision.Granted,
                    cancel
                )
        )
            return null;
        return texts[
            "The welcome bonus was not given, because {0}. One person gets it once. If this is a mistake, write to {1}.",
            texts["because." + verdict.Reasons[0]],
            who.Value.Email
        ];
    }

    private async Task<byte[]> KeepAsync(
        Guid accountId,
        string kind,
        string value,
        CancellationToken cancel
    )
    {
        var hash = await key.HashAsync(kind, value, cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO accounts.abuse_signal (kind, hash, account_id, seen_at) VALUES ({kind}, {hash}, {accountId}, {clock.GetUtcNow()})
            ON CONFLICT (kind, hash, account_id) DO UPDATE SET seen_at = excluded.seen_at
            """,
            cancel
        );
        return hash;
    }
}
