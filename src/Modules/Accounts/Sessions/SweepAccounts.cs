using NetRoom.Accounts.Notices;
using Npgsql;
using Quartz;

namespace NetRoom.Accounts.Sessions;

/// <summary>Each night: removes counters that have cooled, tokens that are past use, and sessions that ended long ago.</summary>
[DisallowConcurrentExecution]
internal sealed class SweepAccounts(NpgsqlDataSource source, TimeProvider clock) : IJob
{
    public const string Nightly = "0 20 3 * * ?";
    private static readonly TimeSpan AttemptsKept = TimeSpan.FromDays(2);
    private static readonly TimeSpan SessionsKept = TimeSpan.FromDays(90);

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    )
    {
        var now = clock.GetUtcNow();
        await RunAsync("DELETE FROM accounts.attempt WHERE last_at < $1", now - AttemptsKept);
        await RunAsync("DELETE FROM accounts.spent_ticket WHERE expires_at < $1", now);
        await RunAsync("DELETE FROM accounts.used_proof WHERE used_at < $1", now - AttemptsKept);
        await RunAsync("DELETE FROM accounts.refresh_token WHERE expires_at < $1", now);
        await RunAsync("DELETE FROM accounts.mail_link WHERE expires_at < $1", now);
        await RunAsync(
            "DELETE FROM accounts.security_event WHERE at < $1",
            now - SecurityEvent.Kept
        );
        await RunAsync(
            "DELETE FROM accounts.session WHERE coalesce(ended_at, expires_at) < $1",
            now - SessionsKept
        );

        async Task RunAsync(string sql, DateTimeOffset before)
        {
            await using var command = source.CreateCommand(sql);
            command.Parameters.Add(new() { Value = before });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
