using Npgsql;

namespace NetRoom.Billing.Reconciliation;

/// <summary>What the reconciliation found and a person has to decide about.</summary>
public interface IDifferences
{
    /// <summary>
    /// Notes that <paramref name="actor"/> has dealt with a difference. The wallet stays frozen until it is unfrozen, and a
    /// difference that is still there is found again. False: no such open difference.
    /// </summary>
    Task<bool> CloseDifferenceAsync(long id, Guid actor, CancellationToken cancel);
}

internal sealed class Differences(NpgsqlDataSource source) : IDifferences
{
    public async Task<bool> CloseDifferenceAsync(long id, Guid actor, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            "SELECT outcome FROM billing.close_difference($1, $2) AS outcome"
        );
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = actor });
        return await command.ExecuteScalarAsync(cancel) is "closed";
    }
}
