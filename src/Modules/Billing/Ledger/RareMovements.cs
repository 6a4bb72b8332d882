using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Billing.Ledger;

/// <summary>Each method is one call of a function of Functions/04 to 06, which does the work.</summary>
internal sealed class RareMovements(NetRoomDb db) : ILedger
{
    public async Task<Outcome<bool>> TopUpAsync(TopUp topUp, CancellationToken cancel) =>
        topUp.Amount <= Money.Zero || topUp.Amount.Micro % Money.MicroPerKopeck != 0
            ? new Problem(ProblemKind.Invalid, "billing.amount_invalid")
            : await AskAsync(
                "SELECT outcome FROM billing.top_up($1, $2, $3, $4, $5, $6, $7)",
                "credited",
                cancel,
                topUp.AccountId,
                topUp.Id,
                topUp.Psp,
                topUp.PspPaymentId,
                topUp.Amount.Micro,
                topUp.Refundable,
                topUp.PaidAt.ToUniversalTime()
            );

    public Task<Outcome<bool>> VoidAsync(
        Guid lotId,
        Guid id,
        string reason,
        Guid? actor,
        CancellationToken cancel
    ) =>
        AskAsync(
            "SELECT outcome FROM billing.void($1, $2, $3, $4::uuid)",
            "voided",
            cancel,
            lotId,
            id,
            ReasonCode.Of(reason),
            actor
        );

    public async Task<Outcome<bool>> ChargeBackAsync(
        ChargebackCase claim,
        Guid? actor,
        CancellationToken cancel
    ) =>
        claim.Amount <= Money.Zero || claim.Amount.Micro % Money.MicroPerKopeck != 0
            ? new Problem(ProblemKind.Invalid, "billing.amount_invalid")
            : await AskAsync(
                "SELECT outcome FROM billing.charge_back($1, $2, $3, $4, $5, $6::uuid)",
                "done",
                cancel,
                claim.Id,
                claim.Psp,
                claim.CaseId,
                claim.PaymentId,
                claim.Amount.Micro,
                actor
            );

    public Task<Outcome<bool>> ReverseChargebackAsync(
        string psp,
        string caseId,
        Guid? actor,
        CancellationToken cancel
    ) =>
        AskAsync(
            "SELECT outcome FROM billing.reverse_chargeback($1, $2, $3::uuid)",
            "done",
            cancel,
            psp,
            caseId,
            actor
        );

    public async Task<Outcome<bool>> StartRefundAsync(RefundOrder order, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(
            "SELECT outcome, coalesce(available, 0) FROM billing.start_refund($1, $2, $3, $4, $5, $6::uuid, $7)",
            cancel
        );
        Add(
            command,
            [
                order.Id,
                Ids.New(),
                order.PaymentId,
                order.Amount.Micro,
                ReasonCode.Of(order.Clause),
                order.Actor,
                TimeProvider.System.GetUtcNow().AddDays(1),
            ]
        );
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetString(0) switch
        {
            "started" => true,
            "replayed" => false,
            "too_much" => new Problem(
                ProblemKind.Invalid,
                "billing.refund_too_much",
                order.Amount,
                new Money(reader.GetInt64(1))
            ),
            var other => Refused(other),
        };
    }

    public Task<Outcome<bool>> FinishRefundAsync(
        Guid refundId,
        bool paid,
        CancellationToken cancel
    ) =>
        AskAsync(
            "SELECT outcome FROM billing.finish_refund($1, $2)",
            "done",
            cancel,
            refundId,
            paid
        );

    public Task<Outcome<bool>> ReturnRefundAsync(Guid refundId, CancellationToken cancel) =>
        AskAsync("SELECT outcome FROM billing.return_refund($1)", "done", cancel, refundId);

    public Task<Outcome<bool>> ReturnChargeAsync(ChargeReturn order, CancellationToken cancel) =>
        AskAsync(
            "SELECT outcome FROM billing.return_charge($1, $2, $3, $4, $5, $6::uuid)",
            "returned",
            cancel,
            order.Id,
            order.HoldId,
            order.Real.Micro,
            order.Bonus.Micro,
            ReasonCode.Of(order.Reason),
            order.Actor
        );

    public Task<Outcome<bool>> WriteOffAsync(
        Guid id,
        Guid walletId,
        Money real,
        Money bonus,
        string reason,
        Guid? actor,
        CancellationToken cancel
    ) =>
        AskAsync(
            "SELECT outcome FROM billing.write_off($1, $2, $3, $4, $5, $6::uuid)",
            "done",
            cancel,
            id,
            walletId,
            real.Micro,
            bonus.Micro,
            ReasonCode.Of(reason),
            actor
        );

    public Task<Outcome<bool>> LateSuccessAsync(
        Guid holdId,
        Money amount,
        CancellationToken cancel
    ) =>
        AskAsync(
            "SELECT outcome FROM billing.late_success($1, $2)",
            "done",
            cancel,
            holdId,
            amount.Micro
        );

    public async Task<Outcome<bool>> AnonymiseAsync(Guid accountId, CancellationToken cancel)
    {
        var outcome = await AskAsync(
            "SELECT outcome FROM billing.anonymise($1)",
            "anonymised",
            cancel,
            accountId
        );
        return outcome.Problem is { Code: "billing.no_wallet" } ? false : outcome;
    }

    private async Task<Outcome<bool>> AskAsync(
        string sql,
        string done,
        CancellationToken cancel,
        params object?[] values
    )
    {
        if (db.Transaction is { } open)
            await open.CreateSavepointAsync(nameof(RareMovements), cancel);
        await using var command = await db.CommandAsync(sql, cancel);
        Add(command, values);
        try
        {
            var outcome = (string)(await command.ExecuteScalarAsync(cancel))!;
            return outcome == done ? true
                : outcome == "replayed" ? false
                : Refused(outcome);
        }
        catch (PostgresException full)
            when (full.SqlState == PostgresErrorCodes.NumericValueOutOfRange)
        {
            // A balance or a debt would pass 64 bits; nothing was done, and what was done before stays.
            if (db.Transaction is { } kept)
                await kept.RollbackToSavepointAsync(nameof(RareMovements), cancel);
            return Refused("too_large");
        }
    }

    internal static void Add(NpgsqlCommand command, object?[] values)
    {
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
    }

    /// <summary>The refusals of the functions are the codes of the problems.</summary>
    internal static Problem Refused(string outcome) =>
        new(
            outcome switch
            {
                _ when outcome.StartsWith("no_", StringComparison.Ordinal) => ProblemKind.NotFound,
                "reused" or "busy" or "changed" or "ended" => ProblemKind.Conflict,
                "debt" or "short" => ProblemKind.PaymentNeeded,
                "closed" or "frozen" => ProblemKind.Forbidden,
                _ => ProblemKind.Invalid,
            },
            "billing." + outcome
        );
}
