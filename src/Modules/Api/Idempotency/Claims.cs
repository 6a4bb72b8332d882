using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using NetRoom.Kernel;
using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Api.Idempotency;

/// <summary>Which request: the API key, its own name for the request, and what it asks.</summary>
internal sealed record ClaimedRequest(Guid KeyId, byte[] Name, byte[] Hash);

/// <summary>What a claim found.</summary>
internal abstract record Claim
{
    /// <summary>It is the caller's to run, once, under this id.</summary>
    internal sealed record Mine(Guid RunId) : Claim;

    /// <summary>Somebody runs it now.</summary>
    internal sealed record Running(Guid RunId) : Claim;

    /// <summary>It was another request.</summary>
    internal sealed record Different : Claim;

    /// <param name="Answer">Null: it was not kept.</param>
    internal sealed record Done(
        Guid RunId,
        int Status,
        string? ContentType,
        string? Cost,
        byte[]? Answer
    ) : Claim;
}

/// <summary>
/// Requests by their Idempotency-Key. Of two at the same instant, on any nodes, the database lets one be first; the claim is committed
/// before anything is held or sent.
/// </summary>
internal sealed class Claims(
    NpgsqlDataSource source,
    IDataProtectionProvider protection,
    IOptions<IdempotencyOptions> options,
    TimeProvider clock
)
{
    /// <summary>
    /// A request that is this old, has no end and no run that is on or was charged, was lost with its node: it may run again. Between
    /// the claim and the hold are milliseconds, and a dead node's run is ended by the reaper.
    /// </summary>
    public static readonly TimeSpan Lost = TimeSpan.FromMinutes(2);
    private readonly IDataProtector seal = protection.CreateProtector("NetRoom.Api.Idempotency");

    public async Task<Claim> TakeAsync(ClaimedRequest request, CancellationToken cancel)
    {
        while (true)
        {
            if (await TryTakeAsync(request, cancel) is { } runId)
                return new Claim.Mine(runId);
            if (await FindAsync(request, cancel) is { } found)
                return found;
            // Given up between the two questions: it is free again.
        }
    }

    /// <summary>It is over, and was answered.</summary>
    /// <param name="answer">Null: it is not kept.</param>
    public async Task EndAsync(
        ClaimedRequest request,
        Claim.Done done,
        ReadOnlyMemory<byte>? answer,
        CancellationToken cancel
    )
    {
        await using var command = source.CreateCommand(
            """
            UPDATE api.idempotency SET ended_at = $4, status = $5, content_type = $6, cost = $7, answer = $8
             WHERE key_id = $1 AND name = $2 AND run_id = $3
            """
        );
        Add(command, NpgsqlDbType.Uuid, request.KeyId);
        Add(command, NpgsqlDbType.Bytea, request.Name);
        Add(command, NpgsqlDbType.Uuid, done.RunId);
        Add(command, NpgsqlDbType.TimestampTz, clock.GetUtcNow());
        Add(command, NpgsqlDbType.Smallint, (short)done.Status);
        Add(command, NpgsqlDbType.Text, done.ContentType);
        Add(command, NpgsqlDbType.Text, done.Cost);
        Add(command, NpgsqlDbType.Bytea, answer is { } kept ? seal.Protect(kept.ToArray()) : null);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Nothing came of it and nothing was charged: the same request may be sent again.</summary>
    public async Task GiveUpAsync(ClaimedRequest request, Guid runId, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            "DELETE FROM api.idempotency WHERE key_id = $1 AND name = $2 AND run_id = $3"
        );
        Add(command, NpgsqlDbType.Uuid, request.KeyId);
        Add(command, NpgsqlDbType.Bytea, request.Name);
        Add(command, NpgsqlDbType.Uuid, runId);
        await command.ExecuteNonQueryAsync(cancel);
    }

    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            "DELETE FROM api.idempotency WHERE started_at < $1"
        );
        Add(command, NpgsqlDbType.TimestampTz, Forgotten);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private DateTimeOffset Forgotten => clock.GetUtcNow().AddHours(-options.Value.Hours);

    private async Task<Guid?> TryTakeAsync(ClaimedRequest request, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            """
            INSERT INTO api.idempotency AS i (key_id, name, request, run_id, started_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (key_id, name) DO UPDATE
               SET request = $3, run_id = $4, started_at = $5, ended_at = NULL, status = NULL, content_type = NULL, cost = NULL,
                   answer = NULL
             WHERE i.started_at < $6
                OR (i.ended_at IS NULL AND i.started_at < $7 AND i.request = $3
                    AND NOT EXISTS (SELECT FROM generation.run AS r
                                     WHERE r.id = i.run_id AND (r.ended_at IS NULL OR r.charged_micro > 0)))
            RETURNING run_id
            """
        );
        var now = clock.GetUtcNow();
        Add(command, NpgsqlDbType.Uuid, request.KeyId);
        Add(command, NpgsqlDbType.Bytea, request.Name);
        Add(command, NpgsqlDbType.Bytea, request.Hash);
        Add(command, NpgsqlDbType.Uuid, Ids.New());
        Add(command, NpgsqlDbType.TimestampTz, now);
        Add(command, NpgsqlDbType.TimestampTz, Forgotten);
        Add(command, NpgsqlDbType.TimestampTz, now - Lost);
        return await command.ExecuteScalarAsync(cancel) as Guid?;
    }

    private async Task<Claim?> FindAsync(ClaimedRequest request, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            """
            SELECT i.request, i.run_id,
                   i.ended_at IS NULL AND NOT (i.started_at < $3 AND coalesce(r.charged_micro, 0) > 0),
                   coalesce(i.status, 200), i.content_type, i.cost, i.answer
              FROM api.idempotency AS i LEFT JOIN generation.run AS r ON r.id = i.run_id
             WHERE i.key_id = $1 AND i.name = $2
            """
        );
        Add(command, NpgsqlDbType.Uuid, request.KeyId);
        Add(command, NpgsqlDbType.Bytea, request.Name);
        Add(command, NpgsqlDbType.TimestampTz, clock.GetUtcNow() - Lost);
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel))
            return null;
        if (!row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(request.Hash))
            return new Claim.Different();
        var runId = row.GetGuid(1);
        if (row.GetBoolean(2))
            return new Claim.Running(runId);
        return new Claim.Done(
            runId,
            row.GetInt32(3),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.IsDBNull(5) ? null : row.GetString(5),
            row.IsDBNull(6) ? null : seal.Unprotect(row.GetFieldValue<byte[]>(6))
        );
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(
            new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value }
        );
}
