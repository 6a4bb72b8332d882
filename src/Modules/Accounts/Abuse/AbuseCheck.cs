using System.Buffers.Binary;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;

namespace NetRoom.Accounts.Abuse;

/// <summary>What a registration leaves behind, before it is hashed; null is what it did not show.</summary>
internal sealed record AbuseTraces(
    string? Mailbox = null,
    Guid? Device = null,
    string? Network = null,
    string? TelegramId = null
)
{
    /// <summary>
    /// The network only where it is of the internet: behind a proxy, or on one machine, everybody has the same.
    /// </summary>
    public static AbuseTraces Of(
        Client client,
        Guid device,
        EmailAddress? email,
        string? telegramId = null
    ) =>
        new(
            email is null ? null : Abuse.Mailbox.KeyOf(email),
            device,
            client.Ip is { } ip && PublicAddress.Is(ip) ? client.Network : null,
            telegramId
        );
}

/// <summary>What was found, and whether the bonus waits for an operator.</summary>
internal sealed record Verdict(int Score, IReadOnlyList<string> Reasons, bool Withheld);

/// <summary>
/// Whether a new account looks like somebody's second one. One mailbox or one Telegram account is one person; one device nearly so; a
/// network only speaks of numbers, and never decides alone.
/// </summary>
internal sealed class AbuseCheck(
    NetRoomDb db,
    AbuseKey key,
    IOptions<AbuseOptions> options,
    TimeProvider clock
)
{
    private const int SamePerson = 100;
    private const int SameDevice = 60;
    private const int EachFromNetwork = 10;
    private const int MostOfNetwork = 40;
    private static readonly TimeSpan NetworkWindow = TimeSpan.FromDays(1);

    /// <summary>
    /// In the transaction that makes the account: adds its signals and, if there is anything against it, the verdict. Two registrations
    /// of one person at one moment wait for each other here.
    /// </summary>
    public async Task<Verdict> JudgeAsync(
        Guid accountId,
        AbuseTraces traces,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        var signals = new List<AbuseSignal>();
        foreach (var (kind, value) in Shown(traces))
            signals.Add(
                new AbuseSignal
                {
                    Kind = kind,
                    Hash = await key.HashAsync(kind, value, cancel),
                    AccountId = accountId,
                    SeenAt = now,
                }
            );
        await WaitForOthersAsync(signals, cancel);

        var found = new List<(string Reason, int Score)>();
        foreach (var signal in signals)
            if (await WeighAsync(signal, now, cancel) is > 0 and var score)
                found.Add((signal.Kind, score));
        db.AddRange(signals);
        var verdict = Sum(found);
        if (verdict.Score > 0)
            db.Add(
                new AbuseVerdict
                {
                    AccountId = accountId,
                    Score = verdict.Score,
                    Reasons = [.. verdict.Reasons],
                    Withheld = verdict.Withheld,
                    CreatedAt = now,
                }
            );
        return verdict;
    }

    private Verdict Sum(List<(string Reason, int Score)> found)
    {
        var score = found.Sum(it => it.Score);
        return new Verdict(
            score,
            [.. found.OrderByDescending(it => it.Score).Select(it => it.Reason)],
            options.Value.Threshold > 0 && score >= options.Value.Threshold
        );
    }

    private async Task<int> WeighAsync(
        AbuseSignal signal,
        DateTimeOffset now,
        CancellationToken cancel
    )
    {
        var others = db.Set<AbuseSignal>()
            .Where(row =>
                row.Kind == signal.Kind
                && row.Hash == signal.Hash
                && row.AccountId != signal.AccountId
            );
        switch (signal.Kind)
        {
            case SignalKinds.Network:
                var lately = await others.CountAsync(
                    row => row.SeenAt > now - NetworkWindow,
                    cancel
                );
                return Math.Clamp(
                    (lately + 1 - options.Value.NetworkFree) * EachFromNetwork,
                    0,
                    MostOfNetwork
                );
            case SignalKinds.Device:
                return await others.AnyAsync(cancel) ? SameDevice : 0;
            default:
                return await others.AnyAsync(cancel) ? SamePerson : 0;
        }
    }

    private async Task WaitForOthersAsync(List<AbuseSignal> signals, CancellationToken cancel)
    {
        // Always in one order, so that no two wait for each other in a ring.
        foreach (
            var number in signals
                .Where(signal => signal.Kind != SignalKinds.Network)
                .Select(signal => BinaryPrimitives.ReadInt64BigEndian(signal.Hash))
                .Order()
        )
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({number})", cancel);
    }

    private static IEnumerable<(string Kind, string Value)> Shown(AbuseTraces traces)
    {
        if (traces.Mailbox is { } mailbox)
            yield return (SignalKinds.Mailbox, mailbox);
        if (traces.TelegramId is { } telegram)
            yield return (SignalKinds.Telegram, telegram);
        if (traces.Device is { } device)
            yield return (SignalKinds.Device, device.ToString("n", CultureInfo.InvariantCulture));
        if (traces.Network is { } network)
            yield return (SignalKinds.Network, network);
    }
}
