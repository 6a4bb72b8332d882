using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Billing.Ledger;

/// <summary>Each method is one call of a function of 0002_operations.sql, which does the work.</summary>
internal sealed class Wallet(NetRoomDb db) : IWallet
{
    public async Task<Balance> BalanceAsync(Guid accountId, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(
            """
            SELECT w.held,
                   (coalesce(sum(l.avail) FILTER (WHERE l.class = 3), 0) - w.debt_real)::bigint,
                   (coalesce(sum(l.avail) FILTER (WHERE l.class = 1), 0) - w.debt_bonus)::bigint,
                   coalesce(sum(l.avail) FILTER (WHERE l.class = 2), 0)::bigint
              FROM billing.wallet AS w
              LEFT JOIN billing.lot AS l ON l.wallet_id = w.id AND NOT l.closed AND l.expires_at > now()
             WHERE w.account_id = $1
             GROUP BY w.id
            """,
            cancel
        );
        command.Parameters.Add(new() { Value = accountId });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return new Balance(default, default, default, default, default);
        Money Column(int at) => new(reader.GetInt64(at));
        var (real, bonus, compensation) = (Column(1), Column(2), Column(3));
        return new Balance(real + bonus + compensation, real, bonus, compensation, Column(0));
    }

    public async Task<Outcome<Guid>> HoldAsync(HoldRequest request, CancellationToken cancel)
    {
        var quote = request.Quote;
        if (quote.Ceiling < Money.Zero || quote.CoefficientPpm < 0)
            return new Problem(ProblemKind.Invalid, "billing.amount_invalid");

        await using var command = await db.CommandAsync(
            "SELECT * FROM billing.hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            cancel
        );
        Add(command, request.Id, request.AccountId, request.JobId, quote.Ceiling.Micro);
        Add(command, request.Category.ToString(), quote.Id, quote.ModelId, quote.PriceVersionId);
        Add(command, quote.CoefficientPpm);
        AddJson(command, LedgerJson.Write(quote));
        Add(command, request.ExpiresAt.ToUniversalTime(), Ids.New(), Ids.New());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetString(0) switch
        {
            "held" or "replayed" => request.Id,
            "short" => new Problem(
                ProblemKind.PaymentNeeded,
                "billing.balance_short",
                quote.Ceiling,
                new Money(reader.GetInt64(1))
            ),
            "frozen" => new Problem(ProblemKind.Forbidden, "billing.wallet_frozen"),
            "resolved" => new Problem(ProblemKind.Conflict, "billing.hold_resolved"),
            "reused" => new Problem(ProblemKind.Conflict, "billing.hold_reused"),
            var other => throw Unknown(other),
        };
    }

    public async Task<Money> CaptureAsync(Guid holdId, Charge charge, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(
            "SELECT * FROM billing.capture($1, $2, $3, $4, $5, $6, $7, $8)",
            cancel
        );
        Add(command, holdId, charge.Amount.Micro, charge.Uncapped.Micro, charge.CoefficientPpm);
        Add(command, charge.Estimated);
        AddJson(command, LedgerJson.Write(charge.Lines));
        Add(command, Ids.New(), Ids.New());
        return await ResolveAsync(command, $"a capture of hold {holdId}", cancel);
    }

    public async Task ReleaseAsync(Guid holdId, string reason, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(
            "SELECT * FROM billing.release($1, $2, $3, $4)",
            cancel
        );
        Add(command, holdId, ReasonCode.Of(reason), Ids.New(), Ids.New());
        await ResolveAsync(command, $"a release of hold {holdId}", cancel);
    }

    public async Task<bool> GrantAsync(Grant grant, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grant.Amount.Micro, nameof(grant));
        if (grant is { Class: LotClass.Real, ExpiresAt: not null })
            throw new ArgumentException("Real money does not expire.", nameof(grant));

        await using var command = await db.CommandAsync(
            "SELECT * FROM billing.grant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            cancel
        );
        Add(command, grant.AccountId, Ids.New(), (short)grant.Class, grant.Amount.Micro);
        Add(command, (short)Giver(grant.Class), grant.SourceKind, grant.SourceId);
        command.Parameters.Add(
            new NpgsqlParameter
            {
                Value = (object?)grant.ExpiresAt?.ToUniversalTime() ?? DBNull.Value,
                NpgsqlDbType = NpgsqlDbType.TimestampTz,
            }
        );
        Add(command, Ids.New(), Ids.New());
        return (string)(await command.ExecuteScalarAsync(cancel))! switch
        {
            "granted" => true,
            "replayed" => false,
            "reused" => throw Refused(WalletRefusal.SourceReused),
            "closed" => throw Refused(WalletRefusal.Closed),
            "too_large" => throw Refused(WalletRefusal.TooLarge),
            var other => throw Unknown(other),
        };

        WalletRefusedException Refused(WalletRefusal refusal) =>
            new(refusal, $"a grant from {grant.SourceKind} {grant.SourceId}");
    }

    private static async Task<Money> ResolveAsync(
        NpgsqlCommand command,
        string what,
        CancellationToken cancel
    )
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetString(0) switch
        {
            "done" or "replayed" => new Money(reader.GetInt64(1)),
            "no_hold" => throw new WalletRefusedException(WalletRefusal.NoHold, what),
            "out_of_range" => throw new WalletRefusedException(WalletRefusal.OutOfRange, what),
            var other => throw Unknown(other),
        };
    }

    private static LedgerAccount Giver(LotClass lotClass) =>
        lotClass switch
        {
            LotClass.Bonus => LedgerAccount.Promo,
            LotClass.Compensation => LedgerAccount.Compensation,
            LotClass.Real => LedgerAccount.PspClearing,
            _ => throw new ArgumentOutOfRangeException(nameof(lotClass)),
        };

    private static InvalidOperationException Unknown(string outcome) =>
        new($"The ledger answered '{outcome}'.");

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
    }

    private static void AddJson(NpgsqlCommand command, string json) =>
        command.Parameters.Add(
            new NpgsqlParameter { Value = json, NpgsqlDbType = NpgsqlDbType.Jsonb }
        );
}
