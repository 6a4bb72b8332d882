using Microsoft.Extensions.Options;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing.Operator;

/// <param name="Id">Made by the form: the same id is the same adjustment.</param>
internal sealed record AdjustmentOrder(
    Guid Id,
    Guid WalletId,
    LotClass Class,
    Money Amount,
    string Reason,
    string? Reference
);

internal enum AdjustmentAnswer
{
    Done,
    Waits,
    Refused,
    Before,
}

/// <summary>Corrections by hand: asked for by one owner and, above the threshold, decided by another. The functions of 10_operator.sql do the work.</summary>
internal sealed class Adjustments(NetRoomDb db, IOptions<AdjustmentOptions> options)
{
    public bool NeedsSecond(Money amount) =>
        Money.Max(amount, -amount) > Money.Roubles(options.Value.AdjustmentSecondPerson);

    public async Task<Outcome<AdjustmentAnswer>> AskAsync(
        AdjustmentOrder order,
        Guid actor,
        CancellationToken cancel
    ) =>
        order.Amount.IsZero
            ? new Problem(ProblemKind.Invalid, "billing.bad_amount")
            : Answer(
                await db.OutcomeAsync(
                    "SELECT outcome FROM billing.ask_adjustment($1, $2, $3, $4, $5, $6::text, $7, $8)",
                    cancel,
                    order.Id,
                    order.WalletId,
                    (short)order.Class,
                    order.Amount.Micro,
                    order.Reason,
                    order.Reference,
                    NeedsSecond(order.Amount),
                    actor
                )
            );

    public async Task<Outcome<AdjustmentAnswer>> DecideAsync(
        Guid id,
        bool agree,
        Guid actor,
        CancellationToken cancel
    ) =>
        Answer(
            await db.OutcomeAsync(
                "SELECT outcome FROM billing.decide_adjustment($1, $2, $3)",
                cancel,
                id,
                agree,
                actor
            )
        );

    private static Outcome<AdjustmentAnswer> Answer(string outcome) =>
        outcome switch
        {
            "done" => AdjustmentAnswer.Done,
            "waits" => AdjustmentAnswer.Waits,
            "refused" => AdjustmentAnswer.Refused,
            "replayed" => AdjustmentAnswer.Before,
            "second_person" => new Problem(ProblemKind.Forbidden, "billing.second_person"),
            _ => RareMovements.Refused(outcome),
        };
}
