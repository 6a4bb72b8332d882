using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.Visits;
using Npgsql;

namespace NetRoom.Accounts.Entry;

/// <summary>
/// The anti-guessing design (ASVS 6.1.1). A try is counted before it is judged, in one statement, so that a thousand parallel tries on
/// any number of nodes are a thousand; a success takes its own back.
/// <para>Account, from devices unknown to it: five free failures, then waits of 1, 2, 4, 8 and at most 15 minutes; a day of peace forgets.
/// A device that has signed in to this account before has the same allowance of its own, so that an attacker cannot lock it out.</para>
/// <para>Codes of a second factor: the same numbers, counted apart.</para>
/// <para>Network (/24, or /64 of IPv6): twenty failures in ten minutes, one regained each thirty seconds.</para>
/// <para>Sign-ups and letters with links: by network and hour; letters also five an hour to an address. All numbers of networks are
/// options.</para>
/// </summary>
internal sealed class Throttle(
    NpgsqlDataSource source,
    IOptions<AccountsOptions> options,
    TimeProvider clock
)
{
    /// <summary>Counts a sign-in; null when it may go on, else how long to wait.</summary>
    public Task<TimeSpan?> TakeSignInAsync(
        EmailAddress email,
        Guid? knownDevice,
        Client client,
        CancellationToken cancel
    ) => TakeAsync(AccountKey(email, knownDevice), client, cancel);

    /// <summary>Counts a code of a second factor, apart from passwords and by the same rules.</summary>
    public Task<TimeSpan?> TakeSecondStepAsync(
        Guid accountId,
        Guid? knownDevice,
        Client client,
        CancellationToken cancel
    ) => TakeAsync(SecondStepKey(accountId, knownDevice), client, cancel);

    private async Task<TimeSpan?> TakeAsync(byte[] account, Client client, CancellationToken cancel)
    {
        if (await TakeGrowingAsync(account, cancel) is { } wait)
            return wait;
        if (await TakeSteadyAsync(NetworkKey(client), SignIns, cancel) is not { } longer)
            return null;
        await UndoGrowingAsync(account, cancel);
        return longer;
    }

    /// <summary>The try was not judged after all: we were too busy.</summary>
    public async Task NotJudgedAsync(
        EmailAddress email,
        Guid? knownDevice,
        Client client,
        CancellationToken cancel
    )
    {
        await UndoGrowingAsync(AccountKey(email, knownDevice), cancel);
        await UndoSteadyAsync(NetworkKey(client), cancel);
    }

    /// <summary>After a success: this account is forgiven, and the network gets this one try back.</summary>
    public Task SucceededAsync(
        EmailAddress email,
        Guid? knownDevice,
        Client client,
        CancellationToken cancel
    ) => ForgiveAsync(AccountKey(email, knownDevice), client, cancel);

    /// <inheritdoc cref="SucceededAsync"/>
    public Task SecondStepSucceededAsync(
        Guid accountId,
        Guid? knownDevice,
        Client client,
        CancellationToken cancel
    ) => ForgiveAsync(SecondStepKey(accountId, knownDevice), client, cancel);

    private async Task ForgiveAsync(byte[] account, Client client, CancellationToken cancel)
    {
        await RunAsync("DELETE FROM accounts.attempt WHERE key = $1", cancel, account);
        await UndoSteadyAsync(NetworkKey(client), cancel);
    }

    /// <summary>Counts a sign-in by a provider, where no account is known before it is judged.</summary>
    public Task<TimeSpan?> TakeWayInAsync(Client client, CancellationToken cancel) =>
        TakeSteadyAsync(NetworkKey(client), SignIns, cancel);

    public Task WayInSucceededAsync(Client client, CancellationToken cancel) =>
        UndoSteadyAsync(NetworkKey(client), cancel);

    /// <summary>Counts a sign-up, whatever comes of it.</summary>
    public Task<TimeSpan?> TakeSignUpAsync(Client client, CancellationToken cancel) =>
        TakeSteadyAsync(Key("sign-up", client.Network), SignUps, cancel);

    /// <summary>Counts a letter with a link, whether or not anybody gets it: five an hour to an address, and some from a network.</summary>
    public async Task<TimeSpan?> TakeLetterAsync(
        EmailAddress to,
        Client client,
        CancellationToken cancel
    ) =>
        await TakeSteadyAsync(Key("letters", client.Network), Letters, cancel)
        ?? await TakeSteadyAsync(Key("letter", to.Key), LettersToOne, cancel);

    /// <summary>The owner of the account has come by another way: what strangers tried is forgotten.</summary>
    public Task ForgiveAsync(EmailAddress email, CancellationToken cancel) =>
        RunAsync("DELETE FROM accounts.attempt WHERE key = $1", cancel, AccountKey(email, null));

    private static Allowance LettersToOne => Allowance.Of(5, TimeSpan.FromHours(1));

    private Allowance Letters => Allowance.Of(options.Value.LettersPerHour, TimeSpan.FromHours(1));

    private Allowance SignIns =>
        Allowance.Of(options.Value.FailuresPerTenMinutes, TimeSpan.FromMinutes(10));

    private Allowance SignUps => Allowance.Of(options.Value.SignUpsPerHour, TimeSpan.FromHours(1));

    private async Task<TimeSpan?> TakeGrowingAsync(byte[] key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var taken = await RunAsync(
            """
            INSERT INTO accounts.attempt AS a (key, failures, last_at, next_at) VALUES ($1, 1, $2, $2)
            ON CONFLICT (key) DO UPDATE SET
                failures = CASE WHEN a.last_at < $2 - interval '1 day' THEN 1 ELSE a.failures + 1 END,
                last_at = $2,
                next_at = CASE
                    WHEN a.last_at < $2 - interval '1 day' OR a.failures < 4 THEN $2
                    ELSE $2 + least(15, 2 ^ least(a.failures - 4, 4)) * interval '1 minute' END
            WHERE a.next_at <= $2
            """,
            cancel,
            key,
            now
        );
        return taken == 1 ? null : await NextAtAsync(key, cancel) - now;
    }

    /// <summary>The last try was not judged after all. Its wait, if it brought one, stays.</summary>
    private Task<int> UndoGrowingAsync(byte[] key, CancellationToken cancel) =>
        RunAsync(
            "UPDATE accounts.attempt SET failures = failures - 1 WHERE key = $1 AND failures > 0",
            cancel,
            key
        );

    private Task<int> UndoSteadyAsync(byte[] network, CancellationToken cancel) =>
        RunAsync(
            "UPDATE accounts.attempt SET failures = failures - 1, next_at = next_at - $2 WHERE key = $1",
            cancel,
            network,
            SignIns.Step
        );

    /// <summary>A bucket that leaks one try each step: next_at is the moment when it would be empty.</summary>
    private async Task<TimeSpan?> TakeSteadyAsync(
        byte[] key,
        Allowance allowance,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        var taken = await RunAsync(
            """
            INSERT INTO accounts.attempt AS a (key, failures, last_at, next_at) VALUES ($1, 1, $2, $2 + $3)
            ON CONFLICT (key) DO UPDATE SET
                failures = a.failures + 1, last_at = $2, next_at = greatest(a.next_at, $2) + $3
            WHERE greatest(a.next_at, $2) + $3 <= $2 + $4
            """,
            cancel,
            key,
            now,
            allowance.Step,
            allowance.Window
        );
        return taken == 1
            ? null
            : await NextAtAsync(key, cancel) + allowance.Step - (now + allowance.Window);
    }

    private async Task<DateTimeOffset> NextAtAsync(byte[] key, CancellationToken cancel)
    {
        await using var ask = source.CreateCommand(
            "SELECT next_at FROM accounts.attempt WHERE key = $1"
        );
        ask.Parameters.Add(new() { Value = key });
        return await ask.ExecuteScalarAsync(cancel) is DateTime at
            ? new DateTimeOffset(at)
            : clock.GetUtcNow();
    }

    private async Task<int> RunAsync(string sql, CancellationToken cancel, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private static byte[] AccountKey(EmailAddress email, Guid? knownDevice) =>
        Key("account", $"{knownDevice} {email.Key}");

    private static byte[] SecondStepKey(Guid accountId, Guid? knownDevice) =>
        Key("second step", $"{knownDevice} {accountId}");

    private static byte[] NetworkKey(Client client) => Key("network", client.Network);

    private static byte[] Key(string kind, string what) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {what}"));

    private sealed record Allowance(TimeSpan Step, TimeSpan Window)
    {
        public static Allowance Of(int tries, TimeSpan window) => new(window / tries, window);
    }
}
