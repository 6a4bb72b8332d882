namespace NetRoom.Tests.Billing.Simulation;

/// <summary>
/// What one wallet must do, written from the design as simply as possible, apart from the product. Each method is a command: it
/// answers what the ledger must answer, in the ledger's words, and changes what the ledger must change.
/// </summary>
internal sealed partial class ModelWallet
{
    public List<ModelLot> Lots { get; } = [];
    public Dictionary<Guid, ModelHold> Holds { get; } = [];
    private readonly Dictionary<Guid, ModelHold> jobs = [];
    private readonly List<(DateTimeOffset At, long Amount)> spendings = [];
    private DateTimeOffset lastAt = DateTimeOffset.MinValue;
    private int madeByDatabase;

    public long DebtReal { get; private set; }
    public long DebtBonus { get; private set; }
    public int Status { get; set; }
    public string Zone { get; set; } = "Europe/Moscow";
    public long? LimitMessage { get; set; }
    public long? LimitDay { get; set; }
    public long? LimitMonth { get; set; }

    public IEnumerable<ModelLot> Money => Lots.Where(lot => lot.Asset == "RUB");
    public long Avail => Money.Sum(lot => lot.Avail);
    public long Held => Money.Sum(lot => lot.Held);

    public long Spendable(DateTimeOffset now) =>
        DebtReal > 0
            ? 0
            : Math.Max(0, Money.Where(lot => lot.Expires > now).Sum(lot => lot.Avail) - DebtBonus);

    public string Grant(GrantCommand command, DateTimeOffset now)
    {
        var source = $"{command.SourceKind}|{command.SourceId}";
        if (Lots.Find(lot => (lot.Source, lot.Class) == (source, command.Class)) is { } known)
            return (known.Granted, known.Asset) == (command.Amount, command.Asset)
                ? "replayed"
                : "reused";
        if (Status == 2)
            return "closed";
        Credit(
            new ModelLot
            {
                Id = command.Lot,
                Order = "0" + command.Lot.ToString("n"),
                Class = command.Class,
                Asset = command.Asset,
                Source = source,
                Granted = command.Amount,
                Avail = command.Amount,
                Expires = command.Expires ?? DateTimeOffset.MaxValue,
                Parent = command.Parent,
            },
            now
        );
        return "granted";
    }

    public string TopUp(TopUpCommand command, DateTimeOffset now)
    {
        if (payments.Find(p => p.Key == command.Key || p.Id == command.Payment) is { } known)
            return (known.Key, known.Amount) == (command.Key, command.Amount)
                ? "replayed"
                : "reused";
        if (Status == 2)
            return "closed";
        var lot = new ModelLot
        {
            Order = "1" + (madeByDatabase++).ToString("d9", null),
            Class = Class.Real,
            Asset = "RUB",
            Source = "payment|" + command.Key,
            Granted = command.Amount,
            Avail = command.Amount,
        };
        Credit(lot, now);
        payments.Add(
            new ModelPayment
            {
                Id = command.Payment,
                Key = command.Key,
                Amount = command.Amount,
                Lot = lot,
                Refundable = command.Refundable,
            }
        );
        return "credited";
    }

    /// <summary>A new lot pays what its class owes before anything else (33).</summary>
    private void Credit(ModelLot lot, DateTimeOffset now)
    {
        Lots.Add(lot);
        Posted(now);
        if (lot.Class == Class.Real)
            RepayReal(lot);
        if (lot.Class == Class.Bonus)
        {
            var paid = Math.Min(DebtBonus, lot.Avail);
            lot.Avail -= paid;
            lot.Repaid += paid;
            DebtBonus -= paid;
        }
    }

    private void RepayReal(ModelLot lot)
    {
        var paid = Math.Min(DebtReal, lot.Avail);
        lot.Avail -= paid;
        lot.Repaid += paid;
        DebtReal -= paid;
    }

    public string Hold(HoldCommand command, DateTimeOffset now)
    {
        if (Known(command.Id, command.Job) is { } known)
            return (known.Id, known.Job, known.Amount, known.Asset)
                != (command.Id, command.Job, command.Amount, command.Asset)
                    ? "reused:0"
                : known.IsOpen ? "replayed:0"
                : "resolved:0";
        // Frozen is spending; a free run is none.
        if (Status == 2 || (Status == 1 && command.Amount > 0))
            return Status == 1 ? "frozen:0" : "closed:0";
        var covered = 0L;
        if (command is { Asset: "RUB", Amount: > 0 })
        {
            if (DebtReal > 0)
                return "debt:0";
            covered = DebtBonus;
            if (command.Kind == 1 && Limited(command.Amount, now) is { } limited)
                return limited;
        }

        var usable = Lots.Where(lot =>
                lot.Asset == command.Asset && lot.Avail > 0 && lot.Expires > now
            )
            .OrderBy(lot => lot.Class)
            .ThenBy(lot => lot.Expires)
            .ThenBy(lot => lot.Order, StringComparer.Ordinal)
            .ToArray();
        var available = usable.Sum(lot => lot.Avail) - covered;
        var ofAsset = Lots.Where(lot => lot.Asset == command.Asset).ToArray();
        if (command.Amount > 0 && available < command.Amount)
        {
            AgreesWithAllocation(ofAsset, command.Amount, now, covered, null, available);
            return $"short:{Math.Max(0, available)}";
        }

        var hold = new ModelHold
        {
            Id = command.Id,
            Job = command.Job,
            Amount = command.Amount,
            Asset = command.Asset,
            Kind = command.Kind,
            Credit = command.Credit,
            HeldAt = now,
        };
        var left = command.Amount;
        foreach (var lot in usable)
        {
            var part = Math.Min(lot.Avail, left);
            if (part == 0)
                break;
            hold.Parts.Add(new ModelPart(lot, part));
            left -= part;
        }

        AgreesWithAllocation(ofAsset, command.Amount, now, covered, hold, available);
        foreach (var part in hold.Parts)
            Reserve(part);
        Remember(hold);
        if (command.Amount > 0)
            Posted(now);
        return "held:0";
    }

    private string? Limited(long amount, DateTimeOffset now)
    {
        if (amount > LimitMessage)
            return $"limit_message:{LimitMessage}";
        if (LimitDay is null && LimitMonth is null)
            return null;
        var local = TimeZoneInfo.ConvertTime(now, Tz);
        var running = Holds
            .Values.Where(hold => hold is { IsOpen: true, Kind: 1, Asset: "RUB" })
            .Sum(hold => hold.Amount);
        var day = Spent(new DateTime(local.Year, local.Month, local.Day)) + running;
        if (amount > LimitDay - day)
            return $"limit_day:{Math.Max(0, (LimitDay ?? 0) - day)}";
        var month = Spent(new DateTime(local.Year, local.Month, 1)) + running;
        return amount > LimitMonth - month
            ? $"limit_month:{Math.Max(0, (LimitMonth ?? 0) - month)}"
            : null;
    }

    private long Spent(DateTime since) =>
        spendings
            .Where(spending => spending.At.UtcDateTime >= TimeZoneInfo.ConvertTimeToUtc(since, Tz))
            .Sum(spending => spending.Amount);

    private TimeZoneInfo Tz => TimeZoneInfo.FindSystemTimeZoneById(Zone);

    private ModelHold? Known(Guid id, Guid job) =>
        Holds.GetValueOrDefault(id) ?? jobs.GetValueOrDefault(job);

    private static void Reserve(ModelPart part)
    {
        part.Lot.Avail -= part.Amount;
        part.Lot.Held += part.Amount;
    }

    private void Remember(ModelHold hold)
    {
        Holds.Add(hold.Id, hold);
        jobs.Add(hold.Job, hold);
    }

    /// <summary>Time in a wallet does not go back (38).</summary>
    private void Posted(DateTimeOffset now) => lastAt = now > lastAt ? now : lastAt;

    public string Resolve(ResolveCommand command, DateTimeOffset now)
    {
        if (!Holds.TryGetValue(command.Hold, out var hold))
            return "no_hold:0";
        if (!hold.IsOpen)
            return $"replayed:{hold.Captured}";
        var taken =
            hold.Asset == "RUB" || command.Taken < 0 ? command.Taken
            : command.Uncapped is null && hold.Kind == 1 ? 0
            : hold.Asset == "UNIT" ? 1
            : Math.Min(command.Tokens, hold.Amount);
        if (taken < 0 || taken > hold.Amount)
            return "out_of_range:0";
        hold.IsOpen = false;
        hold.Captured = taken;
        if (hold.Asset == "UNIT")
            ResolveUnit(hold, (int)taken);
        else if (hold.Amount > 0)
            ResolveParts(hold, taken, now);
        return $"done:{taken}";
    }

    private void ResolveParts(ModelHold hold, long taken, DateTimeOffset now)
    {
        Posted(now);
        if (taken > 0 && hold is { Kind: 1, Asset: "RUB" })
            spendings.Add((lastAt, taken));
        var left = taken;
        foreach (var part in hold.Parts)
        {
            part.Taken = Math.Min(part.Amount, left);
            left -= part.Taken;
        }

        AgreesWithUnwind(hold, taken);
        foreach (var part in hold.Parts)
        {
            var lot = part.Lot;
            lot.Held -= part.Amount;
            if (hold.Kind == 2)
                lot.Refunded += part.Taken;
            else
                lot.Spent += part.Taken;
            Back(lot, part.Amount - part.Taken, hold, now);
            if (lot.Class == Class.Pack && part.Taken > 0)
                Recognise(lot);
        }
    }

    /// <summary>What comes back of a voided or charged back lot goes on; what was spent of it is owed.</summary>
    private void Back(ModelLot lot, long back, ModelHold hold, DateTimeOffset now)
    {
        var bounced = Math.Min(back, lot.Poisoned);
        var owed = Math.Max(0, lot.Poisoned - bounced - lot.Held);
        lot.Poisoned -= bounced + owed;
        if (lot.Class == Class.Real)
        {
            lot.ChargedBack += bounced;
            DebtReal += owed;
        }
        else
        {
            lot.Voided += bounced;
            lot.Clawed += owed;
            DebtBonus += owed;
        }

        back -= bounced;
        if (back > 0 && lot.Expires <= now && lot.Class != Class.Pack)
        {
            lot.Expired += back;
            return;
        }

        lot.Avail += back;
        // Tokens that were paid for get the time of the hold back.
        if (back > 0 && lot.Expires <= now && now + (now - hold.HeldAt) > lot.Expires)
            lot.Expires = now + (now - hold.HeldAt);
    }

    /// <summary>Of a pack's price, the cumulative floor of what is used and gone (28).</summary>
    private static void Recognise(ModelLot lot)
    {
        var price = lot.PriceReal + lot.PriceBonus;
        lot.Recognised = lot.IsClosed
            ? price - lot.Returned
            : (long)((Int128)(lot.Spent + lot.Expired) * price / lot.Granted);
        if (!lot.IsClosed)
            AgreesWithRecognition(lot, price);
    }

    public bool Expire(DateTimeOffset now)
    {
        var any = false;
        foreach (var lot in Lots.Where(lot => lot.Avail > 0 && lot.Expires <= now))
        {
            lot.Expired += lot.Avail;
            lot.Avail = 0;
            if (lot.Class == Class.Pack)
                Recognise(lot);
            any = true;
        }

        if (any)
            Posted(now);
        return any;
    }
}
