using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Billing.Ledger;

/// <summary>Each method is one call of a function of Functions/*.sql, which does the work.</summary>
internal sealed class Wallet(NetRoomDb db, LedgerWriter writer) : IWallet
{
    private const string Roubles = "RUB";

    private static readonly Problem AmountInvalid = new(
        ProblemKind.Invalid,
        "billing.amount_invalid"
    );

    public async Task<Balance> BalanceAsync(Guid accountId, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(
            """
            SELECT billing.spendable(w.id),
                   coalesce(sum(l.avail) FILTER (WHERE l.class = 3), 0)::bigint,
                   coalesce(sum(l.avail) FILTER (WHERE l.class = 1), 0)::bigint,
                   coalesce(sum(l.avail) FILTER (WHERE l.class = 2), 0)::bigint,
                   w.held,
                   w.debt_real + w.debt_bonus
              FROM billing.wallet AS w
              LEFT JOIN billing.lot AS l
                ON l.wallet_id = w.id AND l.asset = 'RUB' AND NOT l.closed AND l.expires_at > billing.clock()
             WHERE w.account_id = $1
             GROUP BY w.id
            """,
            cancel
        );
        Add(command, accountId);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
            return new Balance(default, default, default, default, default, default);
        Money Column(int at) => new(reader.GetInt64(at));
        return new Balance(Column(0), Column(1), Column(2), Column(3), Column(4), Column(5));
    }

    public async Task<Outcome<Guid>> HoldAsync(HoldRequest request, CancellationToken cancel)
    {
        var quote = request.Quote;
        if (quote.Ceiling < Money.Zero || quote.CoefficientPpm < 0)
            return AmountInvalid;

        LedgerAnswer answer;
        switch (quote.Funding)
        {
            case { Kind: FundingKind.Wallet }:
                answer = await AskAsync(
                    new HoldCommand(request, Roubles, quote.Ceiling.Micro),
                    cancel
                );
                break;
            // A pack's hold of no tokens would be a free run.
            case { Kind: FundingKind.Pack, ProductId: { } pack, Tokens: > 0 and var tokens }:
                answer = await AskAsync(new HoldCommand(request, "TOK:" + pack, tokens), cancel);
                break;
            case { EntitlementId: { } entitlement, Kind: not FundingKind.Pack }:
                answer = await HoldUnitAsync(request, entitlement, cancel);
                break;
            default:
                return AmountInvalid;
        }

        return answer.Outcome is "held" or "replayed"
            ? request.Id
            : LedgerTerms.Refusal(quote, answer.Outcome, answer.Amount);
    }

    public async Task<Outcome<Money>> CaptureAsync(
        Guid holdId,
        Charge charge,
        CancellationToken cancel
    ) =>
        charge.Uncapped < charge.Amount
            ? AmountInvalid
            : await ResolveAsync(
                new ResolveCommand(holdId, charge.Amount.IsZero ? "zero_charge" : null)
                {
                    Taken = charge.Amount.Micro,
                    Tokens = charge.Tokens,
                    Uncapped = charge.Uncapped.Micro,
                    Estimated = charge.Estimated,
                    Lines = LedgerJson.Write(charge.Lines),
                },
                cancel
            );

    public Task<Outcome<Money>> ReleaseAsync(
        Guid holdId,
        string reason,
        CancellationToken cancel
    ) => ResolveAsync(new ResolveCommand(holdId, ReasonCode.Of(reason)), cancel);

    public async Task<Outcome<bool>> GrantAsync(Grant grant, CancellationToken cancel)
    {
        // Real money does not expire, and a pack is bought.
        if (
            grant.Amount <= Money.Zero
            || grant is { Class: LotClass.Real, ExpiresAt: not null }
            || grant.Class is < LotClass.Bonus or > LotClass.Real
        )
            return AmountInvalid;

        await using var command = await db.CommandAsync(
            "SELECT * FROM billing.grant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            cancel
        );
        Add(command, grant.AccountId, Ids.New(), (short)grant.Class, Roubles, grant.Amount.Micro);
        Add(command, (short)Giver(grant), grant.SourceKind, grant.SourceId);
        Add(command, NpgsqlDbType.TimestampTz, grant.ExpiresAt?.ToUniversalTime());
        Add(command, NpgsqlDbType.Uuid, grant.ParentLot);
        Add(command, NpgsqlDbType.Uuid, grant.Actor);
        Add(command, NpgsqlDbType.Text, grant.Reason is { } reason ? ReasonCode.Of(reason) : null);
        return (string)(await command.ExecuteScalarAsync(cancel))! switch
        {
            "granted" => true,
            "replayed" => false,
            var refused => RareMovements.Refused(refused),
        };
    }

    private async Task<LedgerAnswer> AskAsync(LedgerCommand asked, CancellationToken cancel)
    {
        if (db.Transaction is null)
            return await writer.AskAsync(asked, cancel);
        await using var command = await db.CommandAsync("", cancel);
        var answers = await LedgerBatch.SendAsync(
            command.Connection!,
            command.Transaction,
            [asked],
            cancel
        );
        return answers[0];
    }

    private async Task<Outcome<Money>> ResolveAsync(ResolveCommand asked, CancellationToken cancel)
    {
        var answer = await AskAsync(asked, cancel);
        return answer.Outcome switch
        {
            "done" or "replayed" => answer.Asset == Roubles ? new Money(answer.Amount) : Money.Zero,
            "out_of_range" => AmountInvalid,
            var refused => RareMovements.Refused(refused),
        };
    }

    private async Task<LedgerAnswer> HoldUnitAsync(
        HoldRequest request,
        Guid entitlement,
        CancellationToken cancel
    )
    {
        var quote = request.Quote;
        await using var command = await db.CommandAsync(
            "SELECT outcome, coalesce(available, 0) FROM billing.hold_unit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            cancel
        );
        Add(command, request.Id, request.AccountId, request.JobId, entitlement);
        Add(command, request.Category.ToString(), quote.ModelId, quote.PriceVersionId);
        Add(command, quote.CoefficientPpm);
        Add(command, NpgsqlDbType.Jsonb, LedgerJson.Write(quote));
        Add(command, request.ExpiresAt.ToUniversalTime());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new LedgerAnswer(reader.GetString(0), reader.GetInt64(1), null);
    }

    private static LedgerAccount Giver(Grant grant) =>
        grant switch
        {
            { SourceKind: "payment" } => LedgerAccount.PspClearing,
            { SourceKind: "referral" } => LedgerAccount.Referral,
            { SourceKind: "adjustment" } => LedgerAccount.Adjustment,
            { Class: LotClass.Compensation } => LedgerAccount.Compensation,
            _ => LedgerAccount.Promo,
        };

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(
            new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type }
        );
}
