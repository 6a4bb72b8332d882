namespace NetRoom.Tests.Billing.Simulation;

// What goes back, and what is taken back.
internal sealed partial class ModelWallet
{
    private readonly List<ModelPayment> payments = [];
    private readonly Dictionary<string, ModelCase> cases = [];
    private readonly Dictionary<Guid, ModelRefund> refunds = [];
    private readonly Dictionary<Guid, long> returns = [];
    private readonly Dictionary<Guid, long> adjustments = [];
    private readonly Dictionary<Guid, (long Real, long Bonus)> writeOffs = [];
    private readonly HashSet<Guid> late = [];

    /// <summary>Debts that were given up and not needed since.</summary>
    private long badReal;
    private long badBonus;

    public IReadOnlyList<ModelPayment> Payments => payments;
    public IReadOnlyDictionary<Guid, ModelRefund> Refunds => refunds;
    public IReadOnlyDictionary<string, ModelCase> Cases => cases;

    public string Void(VoidCommand command, DateTimeOffset now)
    {
        var lot = Lots.Find(l => l.Id == command.Lot);
        return lot is null ? "no_lot"
            : lot.Class > Class.Compensation ? "not_bonus"
            : Void(lot, now) ? "voided"
            : "replayed";
    }

    /// <summary>What is left goes, what is held is poisoned, what was spent (or repaid a debt) is owed (31).</summary>
    private bool Void(ModelLot lot, DateTimeOffset now)
    {
        var clawed = lot.Spent + lot.Repaid - lot.Clawed;
        var any = lot.Avail + clawed + (lot.Held - lot.Poisoned) > 0;
        if (lot.Avail + clawed > 0)
            Posted(now);
        lot.Voided += lot.Avail;
        lot.Avail = 0;
        lot.Clawed += clawed;
        DebtBonus += clawed;
        lot.Poisoned = lot.Held;
        return any;
    }

    public string ChargeBack(ChargeBackCommand command, DateTimeOffset now)
    {
        if (cases.TryGetValue(command.Case, out var known))
            return (known.Payment.Id, known.Amount) == (command.Payment, command.Amount)
                ? "replayed"
                : "reused";
        if (payments.Find(p => p.Id == command.Payment) is not { } payment)
            return "no_payment";
        if (command.Amount > payment.Amount - payment.ChargedBack)
            return "too_much";
        cases.Add(
            command.Case,
            new ModelCase
            {
                Id = command.Id,
                Payment = payment,
                Amount = command.Amount,
            }
        );
        payment.ChargedBack += command.Amount;
        var lot = payment.Lot;
        var taken = Math.Min(lot.Avail, command.Amount);
        var poisoned = Math.Min(lot.Held - lot.Poisoned, command.Amount - taken);
        lot.Avail -= taken;
        lot.ChargedBack += taken;
        lot.Poisoned += poisoned;
        DebtReal += command.Amount - taken - poisoned;
        if (command.Amount > poisoned)
            Posted(now);
        foreach (var child in Lots.Where(l => l.Parent == payment.Id))
            Void(child, now);
        return "done";
    }

    public string Reverse(ReverseCommand command, DateTimeOffset now)
    {
        if (!cases.TryGetValue(command.Case, out var found))
            return "no_case";
        if (found.IsReversed)
            return "replayed";
        found.IsReversed = true;
        found.Payment.ChargedBack -= found.Amount;
        var lot = found.Payment.Lot;
        var left = found.Amount;
        var lifted = Math.Min(lot.Poisoned, left);
        lot.Poisoned -= lifted;
        left -= lifted;
        if (left > 0)
            Posted(now);
        var back = Math.Min(lot.ChargedBack, left);
        lot.ChargedBack -= back;
        lot.Avail += back;
        left -= back;

        // The rest was a debt: forgiven, not bad any more, or given back to who repaid it.
        left -= Less(DebtReal, left, less => DebtReal -= less);
        left -= Less(badReal, left, less => badReal -= less);
        foreach (
            var payer in Money
                .Where(l => l.Class == Class.Real && l.Repaid > 0)
                .OrderByDescending(l => l.Order, StringComparer.Ordinal)
        )
        {
            var part = Math.Min(payer.Repaid, left);
            payer.Repaid -= part;
            payer.Avail += part;
            left -= part;
        }

        if (left > 0)
            throw new InvalidOperationException($"The model lost sight of a debt of {left}.");
        RepayOnly(lot, back);
        return "done";
    }

    private static long Less(long what, long wanted, Action<long> take)
    {
        var part = Math.Min(what, wanted);
        take(part);
        return part;
    }

    /// <summary>New real money repays a real debt first (33), but no more than what is new.</summary>
    private void RepayOnly(ModelLot lot, long credit)
    {
        var paid = Math.Min(DebtReal, credit);
        lot.Avail -= paid;
        lot.Repaid += paid;
        DebtReal -= paid;
    }

    public string Return(ReturnCommand command, DateTimeOffset now)
    {
        if (!Holds.TryGetValue(command.Hold, out var hold) || hold.Asset != "RUB")
            return "no_hold";
        if (returns.TryGetValue(command.Id, out var known))
            return known == command.Real + command.Bonus ? "replayed" : "reused";
        if (
            hold.State != 1
            || hold.Kind == 2
            || Math.Min(command.Real, command.Bonus) < 0
            || Math.Max(command.Real, command.Bonus) == 0
        )
            return "too_much";
        long Left(bool real) =>
            hold
                .Parts.Where(part => (part.Lot.Class == Class.Real) == real)
                .Sum(part => part.Taken - part.Returned);
        if (command.Real > Left(real: true) || command.Bonus > Left(real: false))
            return "too_much";
        returns.Add(command.Id, command.Real + command.Bonus);
        hold.ReturnedReal += command.Real;
        hold.ReturnedBonus += command.Bonus;
        Posted(now);
        var (leftReal, leftBonus) = (command.Real, command.Bonus);
        foreach (var part in Enumerable.Reverse(hold.Parts))
        {
            var lot = part.Lot;
            var isReal = lot.Class == Class.Real;
            var back = Math.Min(part.Taken - part.Returned, isReal ? leftReal : leftBonus);
            if (isReal)
                leftReal -= back;
            else
                leftBonus -= back;
            part.Returned += back;
            lot.Spent -= back;
            lot.Avail += back;
            if (isReal)
                RepayOnly(lot, back);
            else
                ReturnBonus(lot, back, now);
        }

        return "returned";
    }

    private void ReturnBonus(ModelLot lot, long back, DateTimeOffset now)
    {
        // Of a voided lot: it goes, and what is owed for it is cancelled.
        var owed = Math.Max(0, lot.Clawed - lot.Spent - lot.Repaid);
        lot.Avail -= owed;
        lot.Voided += owed;
        lot.Clawed -= owed;
        if (lot.Expires <= now)
        {
            lot.Avail -= back - owed;
            lot.Expired += back - owed;
        }

        owed -= Less(DebtBonus, owed, less => DebtBonus -= less);
        owed -= Less(badBonus, owed, less => badBonus -= less);
        foreach (
            var payer in Money
                .Where(l => l.Class == Class.Bonus && l.Repaid > 0 && l.Clawed == 0)
                .OrderByDescending(l => l.Order, StringComparer.Ordinal)
        )
        {
            var part = Math.Min(payer.Repaid, owed);
            payer.Repaid -= part;
            owed -= part;
            if (payer.Expires <= now)
                payer.Expired += part;
            else
                payer.Avail += part;
        }

        if (owed > 0)
            throw new InvalidOperationException($"The model lost sight of a bonus debt of {owed}.");
    }

    public string StartRefund(StartRefundCommand command, DateTimeOffset now)
    {
        if (refunds.TryGetValue(command.Id, out var known))
            return (known.Payment.Id, known.Amount) == (command.Payment, command.Amount)
                ? "replayed"
                : "reused";
        if (payments.Find(p => p.Id == command.Payment) is not { } payment)
            return "no_payment";
        if (Status == 2)
            return "closed";
        if (!payment.Refundable)
            return "not_refundable";
        if (DebtReal > 0)
            return "debt";
        if (
            command.Amount > Refundable(payment)
            || command.Amount <= 0
            || command.Amount % 10_000 != 0
        )
            return "too_much";
        var hold = new ModelHold
        {
            Id = command.Hold,
            Job = command.Id,
            Amount = command.Amount,
            Asset = "RUB",
            Kind = 2,
            Credit = 110,
            HeldAt = now,
        };
        hold.Parts.Add(new ModelPart(payment.Lot, command.Amount));
        Reserve(hold.Parts[0]);
        Remember(hold);
        Posted(now);
        payment.Refunded += command.Amount;
        refunds.Add(
            command.Id,
            new ModelRefund
            {
                Payment = payment,
                Hold = hold,
                Amount = command.Amount,
            }
        );
        return "started";
    }

    /// <summary>Whole kopecks of what is left of the payment's lot (26).</summary>
    public static long Refundable(ModelPayment payment) =>
        Math.Min(payment.Lot.Avail, payment.Amount - payment.Refunded - payment.ChargedBack)
        / 10_000
        * 10_000;

    public string FinishRefund(FinishRefundCommand command, DateTimeOffset now)
    {
        if (!refunds.TryGetValue(command.Id, out var refund))
            return "no_refund";
        if (refund.State != 0)
            return "replayed";
        refund.State = command.IsPaid ? 1 : 2;
        if (!command.IsPaid)
            refund.Payment.Refunded -= refund.Amount;
        Resolve(
            new ResolveCommand(refund.Hold.Id, command.IsPaid ? refund.Amount : 0, 0, null),
            now
        );
        return "done";
    }

    public string ReturnRefund(ReturnRefundCommand command, DateTimeOffset now)
    {
        if (!refunds.TryGetValue(command.Id, out var refund) || refund.State is 0 or 2)
            return "no_refund";
        if (refund.State == 3)
            return "replayed";
        refund.State = 3;
        refund.Payment.Refunded -= refund.Amount;
        refund.Payment.Lot.Refunded -= refund.Amount;
        refund.Payment.Lot.Avail += refund.Amount;
        Posted(now);
        RepayOnly(refund.Payment.Lot, refund.Amount);
        return "done";
    }

    public string Take(TakeCommand command, DateTimeOffset now)
    {
        if (adjustments.TryGetValue(command.Id, out var known))
            return known == command.Amount ? "replayed" : "reused";
        var lots = Money
            .Where(lot => lot.Class == command.Class && lot.Avail > 0 && lot.Expires > now)
            .OrderBy(lot => lot.Expires)
            .ThenBy(lot => lot.Order, StringComparer.Ordinal)
            .ToArray();
        if (lots.Sum(lot => lot.Avail) < command.Amount)
            return "short";
        adjustments.Add(command.Id, command.Amount);
        Posted(now);
        var left = command.Amount;
        foreach (var lot in lots)
        {
            var part = Math.Min(lot.Avail, left);
            lot.Avail -= part;
            lot.Voided += part;
            left -= part;
        }

        return "done";
    }

    public string WriteOff(WriteOffCommand command, DateTimeOffset now)
    {
        if (writeOffs.TryGetValue(command.Id, out var known))
            return known == (command.Real, command.Bonus) ? "replayed" : "reused";
        if (
            command.Real > DebtReal
            || command.Bonus > DebtBonus
            || Math.Min(command.Real, command.Bonus) < 0
            || Math.Max(command.Real, command.Bonus) == 0
        )
            return "too_much";
        writeOffs.Add(command.Id, (command.Real, command.Bonus));
        DebtReal -= command.Real;
        DebtBonus -= command.Bonus;
        badReal += command.Real;
        badBonus += command.Bonus;
        Posted(now);
        return "done";
    }

    public string LateSuccess(LateSuccessCommand command, DateTimeOffset now)
    {
        if (!Holds.TryGetValue(command.Hold, out var hold))
            return "no_hold";
        if (hold.State != 2 || command.Amount <= 0)
            return "not_released";
        if (!late.Add(command.Hold))
            return "replayed";
        Posted(now);
        return "done";
    }
}
