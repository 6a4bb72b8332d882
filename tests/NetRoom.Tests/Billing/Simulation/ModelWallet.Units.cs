namespace NetRoom.Tests.Billing.Simulation;

// Packs, subscriptions, plans and the free tier.
internal sealed partial class ModelWallet
{
    private readonly Dictionary<Guid, (long Real, long Bonus)> packRefunds = [];

    public Dictionary<Guid, ModelEntitlement> Entitlements { get; } = [];

    public DateOnly LocalDate(DateTimeOffset at) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Tz).DateTime);

    public string HoldUnit(HoldUnitCommand command, DateTimeOffset now)
    {
        if (Known(command.Id, command.Job) is { } known)
            return (known.Id, known.Job, known.Entitlement)
                != (command.Id, command.Job, command.Entitlement)
                    ? "reused"
                : known.IsOpen ? "replayed"
                : "resolved";
        if (Status != 0)
            return Status == 1 ? "frozen" : "closed";
        if (!Entitlements.TryGetValue(command.Entitlement, out var share))
        {
            if (!command.IsFree)
                return "no_entitlement";
            share = new ModelEntitlement
            {
                Id = command.Entitlement,
                Product = SimProduct.Free,
                Starts = now,
                Ends = DateTimeOffset.MaxValue,
            };
            Entitlements.Add(share.Id, share);
        }

        if (share.Status != 0 || now < share.Starts || now >= share.Ends)
            return "ended";
        var product = share.Product;
        var day = LocalDate(now);
        if (share.LastDay > day)
            day = share.LastDay.Value;
        // The period's key is the local date of its start as it was at the first unit: a later change of zone opens no second period.
        var period = share.Buckets.Keys.FirstOrDefault(key => key.Kind == 'P').Key;
        if (period == default)
            period = LocalDate(share.Starts);
        var limits = new[]
        {
            (Kind: 'P', Key: period, Limit: product.PeriodLimit, Says: "period_limit"),
            (Kind: 'D', Key: day, Limit: product.DayLimit, Says: "day_limit"),
        }
            .Where(limit => limit.Limit > 0)
            .ToArray();
        foreach (var (kind, key, limit, says) in limits)
        {
            var (used, held) = share.Buckets.GetValueOrDefault((kind, key));
            share.Buckets[(kind, key)] = (used, held);
            if (used + held >= limit && kind == 'P')
            {
                if (product.DayLimit > 0)
                    share.Buckets.TryAdd(('D', day), default);
                return says;
            }

            if (used + held >= limit)
                return says;
        }

        foreach (var (kind, key, _, _) in limits)
        {
            var (used, held) = share.Buckets[(kind, key)];
            share.Buckets[(kind, key)] = (used, held + 1);
        }

        share.LastDay = day;
        share.InFlight++;
        Remember(
            new ModelHold
            {
                Id = command.Id,
                Job = command.Job,
                Amount = 1,
                Asset = "UNIT",
                Kind = 1,
                Credit = 200,
                HeldAt = now,
                Entitlement = share.Id,
                Period = product.PeriodLimit > 0 ? period : null,
                Day = product.DayLimit > 0 ? day : null,
            }
        );
        return "held";
    }

    /// <summary>Back to, or used in, the buckets that the hold names, whatever the date is by now (39).</summary>
    private void ResolveUnit(ModelHold hold, int taken)
    {
        var share = Entitlements[hold.Entitlement!.Value];
        share.InFlight--;
        share.Used += taken;
        foreach (
            var key in new[] { ('P', hold.Period), ('D', hold.Day) }
                .Where(key => key.Item2 is not null)
                .Select(key => (key.Item1, key.Item2!.Value))
        )
        {
            var (used, held) = share.Buckets[key];
            share.Buckets[key] = (used + taken, held - 1);
        }
    }

    public string Buy(BuyCommand command, DateTimeOffset now)
    {
        var product = command.Product;
        var held = Hold(
            new HoldCommand(
                command.Hold,
                command.Job,
                product.Price,
                "RUB",
                Kind: 3,
                Credit: product.Credit
            ),
            now
        );
        var resolved = Resolve(new ResolveCommand(command.Hold, product.Price, 0, null), now);
        return $"{held} {resolved} {Deliver(command, now)}";
    }

    private string Deliver(BuyCommand command, DateTimeOffset now)
    {
        var product = command.Product;
        if (
            !Holds.TryGetValue(command.Hold, out var hold)
            || hold is not { Kind: 3, State: 1 }
            || hold.Captured != product.Price
        )
            return "no_purchase";
        if (
            Lots.Exists(lot => lot.Id == command.Id)
            || Entitlements.Values.Any(e => e.Hold == command.Hold)
        )
            return "replayed";
        var real = hold.Parts.Where(p => p.Lot.Class == Class.Real).Sum(p => p.Taken);
        var bonus = hold.Captured - real;
        var ends = product.Days > 0 ? now.AddDays(product.Days) : DateTimeOffset.MaxValue;
        if (product.Kind == 1)
        {
            Lots.Add(
                new ModelLot
                {
                    Id = command.Id,
                    Order = "0" + command.Id.ToString("n"),
                    Class = Class.Pack,
                    Asset = product.Asset,
                    Source = $"purchase|{command.Hold}",
                    Granted = product.Tokens,
                    Avail = product.Tokens,
                    Expires = ends,
                    PriceReal = real,
                    PriceBonus = bonus,
                }
            );
            Posted(now);
        }
        else
        {
            Entitlements.Add(
                command.Id,
                new ModelEntitlement
                {
                    Id = command.Id,
                    Product = product,
                    Starts = now,
                    Ends = ends,
                    Hold = command.Hold,
                    PriceReal = real,
                    PriceBonus = bonus,
                }
            );
        }

        return "delivered";
    }

    /// <summary>floor(unused × price / tokens), by class (27).</summary>
    public static (long Real, long Bonus) PackRefund(ModelLot pack) =>
        (
            (long)((Int128)pack.Avail * pack.PriceReal / pack.Granted),
            (long)((Int128)pack.Avail * pack.PriceBonus / pack.Granted)
        );

    public string RefundPack(RefundPackCommand command, DateTimeOffset now)
    {
        if (Lots.Find(l => l.Id == command.Lot && l.Class == Class.Pack) is not { } pack)
            return "no_pack";
        if (packRefunds.ContainsKey(command.Id))
            return "replayed";
        if (pack.Held > 0)
            return "busy";
        if (
            pack.Expires <= now
            || pack.Avail == 0
            || pack.Avail != command.Tokens
            || command.Real > pack.PriceReal
            || command.Bonus > pack.PriceBonus
            || command.Real + command.Bonus > pack.PriceReal + pack.PriceBonus - pack.Recognised
        )
            return "changed";
        packRefunds.Add(command.Id, (command.Real, command.Bonus));
        pack.Refunded += pack.Avail;
        pack.Avail = 0;
        pack.Returned = command.Real + command.Bonus;
        Posted(now);
        var paidBy = Guid.Parse(pack.Source["purchase|".Length..]);
        if (
            pack.Returned > 0
            && Return(new ReturnCommand(command.Id, paidBy, command.Real, command.Bonus), now)
                != "returned"
        )
            throw new InvalidOperationException("The pack's price could not be returned.");
        Recognise(pack);
        return "refunded";
    }

    public string BeginPlanRefund(BeginPlanRefundCommand command)
    {
        if (
            !Entitlements.TryGetValue(command.Entitlement, out var plan)
            || plan.Product == SimProduct.Free
        )
            return "no_entitlement";
        if (plan.Status != 0)
            return plan.Status == 1 ? "replayed" : "ended";
        plan.Status = 1;
        return "refunding";
    }

    public string EndEntitlement(EndCommand command, DateTimeOffset now)
    {
        if (
            !Entitlements.TryGetValue(command.Entitlement, out var plan)
            || plan.Product == SimProduct.Free
        )
            return "no_entitlement";
        if (plan.Status >= 2)
            return "replayed";
        if (command.Status == 2 && plan.InFlight > 0)
            return "busy";
        if (command.Real > plan.PriceReal || command.Bonus > plan.PriceBonus)
            return "too_much";
        var back = command.Real + command.Bonus;
        if (
            back > 0
            && Return(
                new ReturnCommand(command.Id, plan.Hold!.Value, command.Real, command.Bonus),
                now
            ) != "returned"
        )
            return "too_much";
        plan.Status = command.Status;
        plan.Returned += back;
        var rest = plan.PriceReal + plan.PriceBonus - plan.Recognised - back;
        if (command.Status != 0 && rest > 0)
        {
            plan.Recognised += rest;
            Posted(now);
        }

        if (command.Status != 0 && plan.Ends > now && plan.Starts < now)
            plan.Ends = now;
        return "ended";
    }
}
