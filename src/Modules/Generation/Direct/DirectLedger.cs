using Microsoft.Extensions.Options;
using NetRoom.Billing;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Generation.Direct;

internal abstract record DirectCommand;

internal sealed record StartCommand(DirectRequest Request, Quote Quote) : DirectCommand
{
    public Guid HoldId { get; } = Ids.New();

    /// <summary>Written here, by the caller: the writer only sends.</summary>
    public string QuoteJson { get; } = LedgerTerms.Json(Quote);
}

/// <param name="Node">Null: the reaper.</param>
/// <param name="Charge">Null: the hold is released.</param>
/// <param name="Usage">As JSON.</param>
internal sealed record EndCommand(
    Guid RunId,
    Guid? Node,
    RunState State,
    Charge? Charge,
    string? Usage,
    string? Failure
) : DirectCommand
{
    public string? Lines { get; } = Charge is null ? null : LedgerTerms.Json(Charge.Lines);

    public string? Reason =>
        Charge is not null
            ? null
            : LedgerTerms.Reason(Failure ?? State.ToString().ToLowerInvariant());
}

/// <param name="Amount">Of a start what is available, of an end what was taken.</param>
internal readonly record struct DirectAnswer(string Outcome, long Amount);

/// <summary>
/// What direct runs ask of the database: a start and an end, one statement each, and the runs of a node share their commits. A start
/// holds the money and records the run, an end moves the money and closes it.
/// </summary>
internal class DirectLedger : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan SweptAfter = TimeSpan.FromHours(1);
    private readonly LiveRuns runs;
    private readonly GenerationOptions options;
    private readonly TimeProvider clock;
    private readonly GroupCommit<DirectCommand, DirectAnswer> commits;

    public DirectLedger(
        NpgsqlDataSource source,
        LiveRuns runs,
        IOptions<GenerationOptions> options,
        TimeProvider clock
    )
    {
        (this.runs, this.options, this.clock) = (runs, options.Value, clock);
        commits = new(source, SendAsync);
    }

    public virtual Task<DirectAnswer> AskAsync(DirectCommand command) =>
        commits.AskAsync(command, CancellationToken.None);

    public ValueTask DisposeAsync() => commits.DisposeAsync();

    public void Dispose() => commits.Dispose();

    private async Task<DirectAnswer[]> SendAsync(
        NpgsqlConnection connection,
        IReadOnlyList<DirectCommand> commands
    )
    {
        var starts = commands.OfType<StartCommand>().ToArray();
        var ends = commands.OfType<EndCommand>().ToArray();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(SharedCommit.WaitsBriefly());
        if (starts.Length > 0 && ends.Length > 0)
            batch.BatchCommands.Add(Lock(starts, ends));
        if (starts.Length > 0)
            batch.BatchCommands.Add(Start(starts));
        if (ends.Length > 0)
            batch.BatchCommands.Add(End(ends));

        var answering = (starts.Length > 0 ? 1 : 0) + (ends.Length > 0 ? 1 : 0);
        await using var reader = await batch.ExecuteReaderAsync();
        for (var before = batch.BatchCommands.Count - answering; before > 0; before--)
            await reader.NextResultAsync();
        var started = new Queue<DirectAnswer>();
        while (starts.Length > 0 && await reader.ReadAsync())
            started.Enqueue(new DirectAnswer(reader.GetString(0), reader.GetInt64(1)));
        if (starts.Length > 0)
            await reader.NextResultAsync();
        var ended = new Queue<DirectAnswer>();
        while (ends.Length > 0 && await reader.ReadAsync())
            ended.Enqueue(new DirectAnswer(reader.GetString(0), reader.GetInt64(1)));
        // To the end: an error of the commit comes last.
        while (await reader.NextResultAsync()) { }
        return [.. commands.Select(it => it is StartCommand ? started.Dequeue() : ended.Dequeue())];
    }

    private static NpgsqlBatchCommand Lock(StartCommand[] starts, EndCommand[] ends) =>
        new("SELECT generation.lock_runs($1, $2)")
        {
            Parameters =
            {
                Columns.Of(starts, it => it.Request.AccountId),
                Columns.Of(ends, it => it.RunId),
            },
        };

    private NpgsqlBatchCommand Start(StartCommand[] starts)
    {
        var now = clock.GetUtcNow();
        return new(
            "SELECT outcome, available FROM generation.start_runs($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        )
        {
            Parameters =
            {
                Columns.Of(starts, it => it.Request.RunId),
                Columns.Of(starts, it => it.Request.AccountId),
                Columns.Of(starts, it => it.Request.SubjectId),
                Columns.Of(starts, it => it.HoldId),
                Columns.Of(starts, it => it.Quote.Ceiling.Micro),
                Columns.Of(starts, it => it.Request.Category.ToString()),
                Columns.Of(starts, it => it.Request.Model.Id),
                Columns.Of(starts, it => it.Quote.PriceVersionId),
                Columns.Of(starts, it => it.Quote.CoefficientPpm),
                Columns.Json(starts, it => it.QuoteJson),
                Columns.Of(starts, it => it.Request.Cap?.Id),
                Columns.Of(starts, it => it.Request.Cap?.PerDay?.Micro),
                Columns.Of(starts, it => it.Request.Cap?.PerMonth?.Micro),
                new() { Value = DirectRuns.Origin },
                new() { Value = runs.Node },
                new() { Value = now + options.Lease },
                new() { Value = now + SweptAfter },
            },
        };
    }

    private NpgsqlBatchCommand End(EndCommand[] ends) =>
        new(
            "SELECT outcome, taken FROM generation.end_runs($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        )
        {
            Parameters =
            {
                Columns.Of(ends, it => it.RunId),
                Columns.Of(ends, it => it.Node),
                Columns.Of(ends, it => (short)it.State),
                Columns.Of(ends, it => it.Charge?.Amount.Micro ?? 0),
                Columns.Of(ends, it => it.Charge?.Uncapped.Micro),
                Columns.Of(ends, it => it.Charge?.Estimated),
                Columns.Json(ends, it => it.Lines),
                Columns.Of(ends, it => it.Reason),
                Columns.Of(ends, it => it.Failure),
                Columns.Json(ends, it => it.Usage),
                new() { Value = clock.GetUtcNow() },
            },
        };
}
