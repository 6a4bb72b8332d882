using Npgsql;

namespace NetRoom.Billing.Reconciliation;

/// <summary>
/// A job's turn: one in the whole cluster at a time, whatever the scheduler thinks. It ends with its connection, so a node that
/// dies leaves nothing behind.
/// </summary>
internal sealed class JobTurn : IAsyncDisposable
{
    public const long Reconciliation = 0x4E65_7452_6F6F_6D11;
    public const long Sealing = 0x4E65_7452_6F6F_6D12;
    public const long Entitlements = 0x4E65_7452_6F6F_6D13;

    private readonly long key;

    private JobTurn(NpgsqlConnection connection, long key) =>
        (Connection, this.key) = (connection, key);

    /// <summary>Free for the job's own work.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Null: somebody else has it.</summary>
    public static async Task<JobTurn?> TryTakeAsync(
        NpgsqlDataSource source,
        long key,
        CancellationToken cancel
    )
    {
        var connection = await source.OpenConnectionAsync(cancel);
        await using var command = new NpgsqlCommand(
            $"SELECT pg_try_advisory_lock({key})",
            connection
        );
        if (await command.ExecuteScalarAsync(cancel) is true)
            return new JobTurn(connection, key);
        await connection.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (Connection.FullState == System.Data.ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand(
                $"SELECT pg_advisory_unlock({key})",
                Connection
            );
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }

        await Connection.DisposeAsync();
    }
}
