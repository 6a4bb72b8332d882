using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Billing.Reconciliation;
using NetRoom.Kernel;
using Npgsql;
using Quartz;

namespace NetRoom.Billing.Sweeping;

/// <summary>
/// Every five minutes: plans and subscriptions whose term is over are renewed or end. One that cannot be paid for waits three days for a
/// top-up; until then nothing can be used of it.
/// </summary>
internal sealed partial class CloseEntitlements(
    NpgsqlDataSource source,
    IServiceScopeFactory scopes,
    ILogger<CloseEntitlements> log
) : IJob
{
    public const string EveryFiveMinutes = "50 0/5 * * * ?";
    public const int DaysToPay = 3;

    private sealed record DueTerm(Guid Id, bool Renews, bool MayWait);

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => await CloseAsync(cancellationToken);

    /// <returns>How many terms were ended, those that were renewed among them; 0 if another node is at it.</returns>
    public async Task<int> CloseAsync(CancellationToken cancel)
    {
        await using var turn = await JobTurn.TryTakeAsync(source, JobTurn.Entitlements, cancel);
        if (turn is null)
            return 0;
        var ended = 0;
        foreach (var term in await DueAsync(turn.Connection, cancel))
        {
            try
            {
                if (term.Renews && await WaitsAsync(term, cancel))
                    continue;
                await EndAsync(turn.Connection, term.Id, cancel);
                ended++;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(exception, term.Id);
            }
        }

        return ended;
    }

    /// <summary>Renews it. True where it waits to be paid for.</summary>
    private async Task<bool> WaitsAsync(DueTerm term, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var entitlements = scope.ServiceProvider.GetRequiredService<IEntitlements>();
        var renewed = await entitlements.RenewAsync(term.Id, cancel);
        if (renewed.Problem is not { } problem)
            return false;
        if (term.MayWait && problem.Kind is (ProblemKind.PaymentNeeded or ProblemKind.Forbidden))
            return true;
        NotRenewed(term.Id, problem.Code);
        return false;
    }

    private static async Task EndAsync(
        NpgsqlConnection connection,
        Guid id,
        CancellationToken cancel
    )
    {
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

    private static async Task<List<DueTerm>> DueAsync(
        NpgsqlConnection connection,
        CancellationToken cancel
    )
    {
        // A refund that was begun and not asked for again keeps its plan until its time is over.
        await using var command = new NpgsqlCommand(
            """
            SELECT id, renews, ends > billing.clock() - make_interval(days => $1)
              FROM billing.entitlement
             WHERE status IN (0, 1) AND ends <= billing.clock() AND (status = 0 OR refund_until <= billing.clock())
             ORDER BY ends, id
            """,
            connection
        )
        {
            Parameters = { new() { Value = DaysToPay } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<DueTerm>();
        while (await reader.ReadAsync(cancel))
            due.Add(new(reader.GetGuid(0), reader.GetBoolean(1), reader.GetBoolean(2)));
        return due;
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Entitlement {EntitlementId} could not be closed"
    )]
    private partial void Failed(Exception exception, Guid entitlementId);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Entitlement {EntitlementId} ends and was not renewed: {Reason}"
    )]
    private partial void NotRenewed(Guid entitlementId, string reason);
}
