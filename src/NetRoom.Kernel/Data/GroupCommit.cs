using System.Threading.Channels;
using Npgsql;

namespace NetRoom.Kernel.Data;

/// <summary>Sends commands in one transaction and answers each, in their order.</summary>
public delegate Task<TAnswer[]> SendBatch<in TCommand, TAnswer>(
    NpgsqlConnection connection,
    IReadOnlyList<TCommand> commands
);

/// <summary>What every shared commit has in common.</summary>
public static class SharedCommit
{
    /// <summary>The first command of a batch: nobody waits long for a row, for other people's commands are in it.</summary>
    public static NpgsqlBatchCommand WaitsBriefly() =>
        new("SELECT set_config('lock_timeout', '500ms', true)");
}

/// <summary>
/// Group commit: what a node's scopes ask while a batch is being written goes together in the next one, with one round trip and one
/// commit. Alone, a command goes at once. A batch that fails is asked again one by one, so a command must be safe to ask again even
/// if it had committed; one that met a locked row does so beside the next batches, so that a stuck transaction stops nobody else.
/// </summary>
public sealed class GroupCommit<TCommand, TAnswer> : IAsyncDisposable, IDisposable
{
    private const int MostTogether = 64;
    private const int AloneAtOnce = 8;

    /// <summary>Before each attempt of a command that is asked alone.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.Zero,
        TimeSpan.FromMilliseconds(20),
        TimeSpan.FromMilliseconds(100),
        TimeSpan.FromMilliseconds(300),
        TimeSpan.FromSeconds(1),
    ];

    private readonly NpgsqlDataSource source;
    private readonly SendBatch<TCommand, TAnswer> send;
    private readonly Channel<Asked> waiting = Channel.CreateUnbounded<Asked>();
    private readonly List<Task> beside = [];
    private readonly Task loop;

    public GroupCommit(NpgsqlDataSource source, SendBatch<TCommand, TAnswer> send)
    {
        (this.source, this.send) = (source, send);
        loop = Task.Run(LoopAsync);
    }

    /// <summary>A caller who stops waiting does not stop what was sent; what was not sent yet is left out.</summary>
    public Task<TAnswer> AskAsync(TCommand command, CancellationToken cancel)
    {
        var asked = new Asked(command, cancel);
        ObjectDisposedException.ThrowIf(!waiting.Writer.TryWrite(asked), this);
        return asked.Answer.Task.WaitAsync(cancel);
    }

    /// <summary>What was asked before is still written.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await loop;
    }

    public void Dispose() => waiting.Writer.TryComplete();

    private async Task LoopAsync()
    {
        var batch = new List<Asked>(MostTogether);
        while (await waiting.Reader.WaitToReadAsync())
        {
            Take(batch);
            if (batch.Count > 0)
                await WriteAsync(batch);
            batch.Clear();
            beside.RemoveAll(task => task.IsCompleted);
        }

        await Task.WhenAll(beside);
    }

    private void Take(List<Asked> batch)
    {
        while (batch.Count < MostTogether && waiting.Reader.TryRead(out var asked))
        {
            // Its caller has been told already.
            if (!asked.Cancel.IsCancellationRequested)
                batch.Add(asked);
        }
    }

    private async Task WriteAsync(List<Asked> batch)
    {
        var failure = await TryAsync(batch);
        if (failure is null)
            return;
        if (batch.Count == 1 && !MayRepeat(failure))
        {
            batch[0].Answer.TrySetException(failure);
            return;
        }

        var alone = Parallel.ForEachAsync(
            batch.ToArray(),
            new ParallelOptions { MaxDegreeOfParallelism = AloneAtOnce },
            async (asked, _) => await AskAloneAsync(asked)
        );
        if (failure is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
            beside.Add(alone);
        else
            await alone;
    }

    private async Task AskAloneAsync(Asked asked)
    {
        Exception? failure = null;
        foreach (var pause in Pauses)
        {
            await Task.Delay(pause);
            failure = await TryAsync([asked]);
            if (failure is null)
                return;
            if (!MayRepeat(failure))
                break;
        }

        asked.Answer.TrySetException(failure!);
    }

    /// <summary>Answers all of them, or says why none was answered.</summary>
    private async Task<Exception?> TryAsync(IReadOnlyList<Asked> batch)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            var answers = await send(connection, [.. batch.Select(asked => asked.Command)]);
            for (var at = 0; at < batch.Count; at++)
                batch[at].Answer.TrySetResult(answers[at]);
            return null;
        }
        catch (Exception failure)
        {
            // The pool's other connections are as old as the one that broke.
            if (IsCut(failure))
                source.Clear();
            return failure;
        }
    }

    /// <summary>Whether it may work the next time. A cut connection leaves open whether it has worked this time.</summary>
    private static bool MayRepeat(Exception failure) =>
        failure is NpgsqlException { IsTransient: true } || IsCut(failure);

    private static bool IsCut(Exception failure) =>
        failure is NpgsqlException and not PostgresException
        || failure
            is PostgresException
            {
                SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            };

    private sealed record Asked(TCommand Command, CancellationToken Cancel)
    {
        public TaskCompletionSource<TAnswer> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
