using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using Quartz;

namespace NetRoom.Billing.Sweeping;

/// <summary>
/// Every minute: holds that are open for too long. Their owner is asked what became of them; nobody's silence releases money
/// while the job may still deliver.
/// </summary>
internal sealed partial class Sweeper(IServiceScopeFactory scopes, ILogger<Sweeper> log) : IJob
{
    public const string EveryMinute = "40 * * * * ?";

    /// <summary>After so many hours of not knowing, somebody is told; and again each hour in the log.</summary>
    public const int Patience = 3;

    private const int AtOnce = 100;

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => await SweepAsync(cancellationToken);

    /// <returns>How many holds this call looked at.</returns>
    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        var looked = 0;
        for (var taken = AtOnce; taken == AtOnce; looked += taken)
        {
            var due = await ClaimAsync(cancel);
            taken = due.Count;
            foreach (var hold in due)
            {
                try
                {
                    await SettleAsync(hold, cancel);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // It is asked about again in a few minutes; its neighbours need not wait for that.
                    Failed(exception, hold.Id);
                }
            }
        }

        return looked;
    }

    /// <summary>
    /// Puts the next date of the holds that are due a little off, and keeps no lock: whoever has a hold's wallet would wait for it,
    /// and it for them. Who dies now leaves them to the next sweep after that.
    /// </summary>
    private async Task<List<Due>> ClaimAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var command = await Db(scope)
            .CommandAsync(
                """
                WITH due AS MATERIALIZED (
                    SELECT h.id FROM billing.hold AS h WHERE h.sweep_at < billing.clock()
                     ORDER BY h.sweep_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
                )
                UPDATE billing.hold AS h SET sweep_at = billing.clock() + interval '5 minutes'
                  FROM due WHERE h.id = due.id
                RETURNING h.id, h.job_id, h.kind, h.held_at
                """,
                cancel
            );
        command.Parameters.Add(new() { Value = AtOnce });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<Due>();
        while (await reader.ReadAsync(cancel))
            due.Add(
                new Due(
                    reader.GetGuid(0),
                    reader.GetGuid(1),
                    (HoldKind)reader.GetInt16(2),
                    reader.GetFieldValue<DateTimeOffset>(3)
                )
            );
        return due;
    }

    private async Task SettleAsync(Due hold, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var wallet = scope.ServiceProvider.GetRequiredService<IWallet>();
        var owner = scope
            .ServiceProvider.GetServices<IHoldOwner>()
            .SingleOrDefault(owner => owner.Kind == hold.Kind);
        var verdict = owner is null
            ? new HoldVerdict.Unknown()
            : await owner.AskAsync(hold.JobId, hold.HeldAt, cancel);
        switch (verdict)
        {
            case HoldVerdict.Succeeded(var charge)
                when (await wallet.CaptureAsync(hold.Id, charge, cancel)).Problem is null:
                Captured(hold.Id, hold.JobId);
                break;
            case HoldVerdict.Failed(var reason):
                await wallet.ReleaseAsync(hold.Id, reason, cancel);
                Released(hold.Id, hold.JobId);
                break;
            default:
                // Nobody knows, or what is said cannot be charged.
                await ExtendAsync(scope, hold, cancel);
                break;
        }
    }

    private async Task ExtendAsync(AsyncServiceScope scope, Due hold, CancellationToken cancel)
    {
        var db = Db(scope);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await using var command = await db.CommandAsync(
            """
            UPDATE billing.hold
               SET sweep_at = billing.clock() + interval '1 hour', extensions = extensions + 1
             WHERE id = $1 AND sweep_at IS NOT NULL RETURNING extensions
            """,
            cancel
        );
        command.Parameters.Add(new() { Value = hold.Id });
        if (await command.ExecuteScalarAsync(cancel) is not short extensions)
            return;
        if (extensions == Patience)
        {
            scope
                .ServiceProvider.GetRequiredService<Outbox>()
                .Add(new HoldStuck(hold.Id, hold.JobId));
            await db.SaveChangesAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
        if (extensions >= Patience)
            Stuck(hold.Id, hold.JobId, extensions);
    }

    private static NetRoomDb Db(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<NetRoomDb>();

    private sealed record Due(Guid Id, Guid JobId, HoldKind Kind, DateTimeOffset HeldAt);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Hold {HoldId} of job {JobId} was captured by the sweeper"
    )]
    private partial void Captured(Guid holdId, Guid jobId);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Hold {HoldId} of job {JobId} was released by the sweeper"
    )]
    private partial void Released(Guid holdId, Guid jobId);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Nobody knows what became of job {JobId}; hold {HoldId} was extended {Times} times"
    )]
    private partial void Stuck(Guid holdId, Guid jobId, int times);

    [LoggerMessage(Level = LogLevel.Error, Message = "Hold {HoldId} could not be swept")]
    private partial void Failed(Exception exception, Guid holdId);
}
