using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Billing.Reconciliation;
using NetRoom.Kernel;
using Npgsql;
using Quartz;

namespace NetRoom.Billing.Sweeping;

/// <summary>Every five minutes: plans and subscriptions whose term is over end, or are renewed.</summary>
internal sealed partial class CloseEntitlements(
    NpgsqlDataSource source,
    IServiceScopeFactory scopes,
    ILogger<CloseEntitlements> log
) : IJob
{
    public const string EveryFiveMinutes = "50 0/5 * * * ?";

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => await CloseAsync(cancellationToken);

    /// <returns>How many were ended or handed to their renewal; 0 if another node is at it.</returns>
    public async Task<int> CloseAsync(CancellationToken cancel)
    {
        await using var turn = await JobTurn.TryTakeAsync(source, JobTurn.Entitlements, cancel);
        if (turn is null)
            return 0;
        var due = await DueAsync(turn.Connection, cancel);
        var closed = 0;
        foreach (var (id, renews) in due)
        {
            try
            {
                await CloseAsync(turn.Connection, id, renews, cancel);
                closed++;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(exception, id);
            }
        }

        return closed;
    }

    private async Task CloseAsync(
        NpgsqlConnection connection,
        Guid id,
        bool renews,
        CancellationToken cancel
    )
    {
        await using var scope = scopes.CreateAsyncScope();
        if (renews && scope.ServiceProvider.GetService<IRenewals>() is { } renewals)
        {
            await renewals.RenewAsync(id, cancel);
            return;
        }

        await using var command = new NpgsqlCommand(
            "SELECT billing.end_entitlement($1, $2, 3::smallint, 0, 0, 'term', NULL)",
            connection
        )
        {
            Parameters =
            {
                new() { Value = Ids.New() },
                new() { Value = id },
            },
        };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<List<(Guid Id, bool Renews)>> DueAsync(
        NpgsqlConnection connection,
        CancellationToken cancel
    )
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, renews FROM billing.entitlement WHERE status = 0 AND ends <= billing.clock() ORDER BY ends, id",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<(Guid, bool)>();
        while (await reader.ReadAsync(cancel))
            due.Add((reader.GetGuid(0), reader.GetBoolean(1)));
        return due;
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Entitlement {EntitlementId} could not be closed"
    )]
    private partial void Failed(Exception exception, Guid entitlementId);
}
