using NetRoom.Billing.Statements;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Billing.Limits;

/// <summary>How much a person lets itself spend (product F13). Null: no limit.</summary>
/// <param name="Zone">Of the wallet's days and months, as IANA names it.</param>
public sealed record PersonalLimits(Money? Message, Money? Day, Money? Month, string Zone);

/// <summary>The limits beside what counts against them, on the wallet's clock.</summary>
/// <param name="Held">By running jobs: it counts as spent until they end.</param>
public sealed record LimitsInUse(
    PersonalLimits Limits,
    Money SpentToday,
    Money SpentThisMonth,
    Money Held,
    DateTimeOffset? DayEnds
);

/// <summary>Kept with the wallet; billing.hold enforces them.</summary>
internal sealed class SpendingLimits(NetRoomDb db)
{
    public const string UsualZone = "Europe/Moscow";

    public async Task<LimitsInUse> ReadAsync(Guid accountId, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(
            """
            SELECT w.limit_message, w.limit_day, w.limit_month, w.tz, w.held,
                   billing.spent_since(w.id, date_trunc('day', billing.clock() AT TIME ZONE w.tz) AT TIME ZONE w.tz),
                   billing.spent_since(w.id, date_trunc('month', billing.clock() AT TIME ZONE w.tz) AT TIME ZONE w.tz),
                   (date_trunc('day', billing.clock() AT TIME ZONE w.tz) + interval '1 day') AT TIME ZONE w.tz
              FROM billing.wallet AS w WHERE w.account_id = $1
            """,
            cancel
        );
        command.Parameters.Add(new NpgsqlParameter { Value = accountId });
        await using var row = await command.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel))
            return new LimitsInUse(
                new PersonalLimits(null, null, null, UsualZone),
                Money.Zero,
                Money.Zero,
                Money.Zero,
                null
            );
        return new LimitsInUse(
            new PersonalLimits(Limit(0), Limit(1), Limit(2), row.GetString(3)),
            row.Money(5),
            row.Money(6),
            row.Money(4),
            row.Time(7)
        );

        Money? Limit(int at) => row.Number(at) is { } micro ? new Money(micro) : null;
    }

    /// <summary>False for a time zone that the database does not know: nothing has changed.</summary>
    public async Task<bool> SaveAsync(
        Guid accountId,
        PersonalLimits limits,
        CancellationToken cancel
    )
    {
        await using (var wallet = await db.CommandAsync("SELECT billing.wallet_of($1)", cancel))
        {
            wallet.Parameters.Add(new NpgsqlParameter { Value = accountId });
            await wallet.ExecuteScalarAsync(cancel);
        }

        await using var command = await db.CommandAsync(
            """
            UPDATE billing.wallet AS w SET limit_message = $2, limit_day = $3, limit_month = $4, tz = $5
             WHERE w.account_id = $1 AND ($5 = w.tz OR EXISTS (SELECT FROM pg_timezone_names AS z WHERE z.name = $5))
            """,
            cancel
        );
        Add(NpgsqlDbType.Uuid, accountId);
        Add(NpgsqlDbType.Bigint, limits.Message?.Micro);
        Add(NpgsqlDbType.Bigint, limits.Day?.Micro);
        Add(NpgsqlDbType.Bigint, limits.Month?.Micro);
        Add(NpgsqlDbType.Text, limits.Zone);
        return await command.ExecuteNonQueryAsync(cancel) == 1;

        void Add(NpgsqlDbType type, object? value) =>
            command.Parameters.Add(
                new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value }
            );
    }
}
