using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Ledger;

/// <summary>The scopes of a node share the commits of their holds, captures and releases.</summary>
internal sealed class LedgerWriter(NpgsqlDataSource source) : IAsyncDisposable, IDisposable
{
    private readonly GroupCommit<LedgerCommand, LedgerAnswer> commits = new(
        source,
        (connection, commands) =>
            LedgerBatch.SendAsync(connection, null, commands, CancellationToken.None)
    );

    /// <summary>A caller who stops waiting does not stop what was sent; what was not sent yet is left out.</summary>
    public Task<LedgerAnswer> AskAsync(LedgerCommand command, CancellationToken cancel) =>
        commits.AskAsync(command, cancel);

    /// <summary>What was asked before is still written.</summary>
    public ValueTask DisposeAsync() => commits.DisposeAsync();

    public void Dispose() => commits.Dispose();
}
