#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using NetRoom.Billing;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing;

/// <summary>What one wallet must do, written as simply as possible and apart from the store.</summary>
internal sealed class LedgerModel
{
    private readonly List<Lot> lots = [];
    private readonly List<Held> holds = [];

    public sealed class Held(HoldRequest request)
    {
        public HoldRequest Request => request;
        public Guid Id => request.Id;
        public Money Amount => request.Quote.Ceiling;
        public Money? Taken { get; set; }
        public List<(Lot Lot, long Amount)> Parts { get; } = [];
    }

    public sealed class Lot
    {
        public required LotClass Class { get; init; }
        public required string Source { get; init; }
        public required long Granted { get; init; }
        public required DateTimeOffset Expires { get; init; }
        public long Avail { get; set; }
        public bool Lapsed { get; set; }
    }

    private IEnumerable<Lot> Live => lots.Where(lot => !lot.Lapsed);

    public (Money, Money, Money, Money, Money) Balance()
    {
        Money Of(LotClass lotClass) =>
            new(Live.Where(lot => lot.Class == lotClass).Sum(lot => lot.Avail));
        return (
            new(Live.Sum(lot => lot.Avail)),
            Of(LotClass.Real),
            Of(LotClass.Bonus),
            Of(LotClass.Compensation),
            new(holds.Where(hold => hold.Taken is null).Sum(hold => hold.Amount.Micro))
        );
    }

    public bool Grant(LotClass lotClass, Money amount, DateTimeOffset? expires, string source)
    {
        if (lots.Any(lot => (lot.Source, lot.Class) == (source, lotClass)))
            return false;
        lots.Add(
            new Lot
            {
                Class = lotClass,
                Source = source,
                Granted = amount.Micro,
                Avail = amount.Micro,
                Expires = expires ?? DateTimeOffset.MaxValue,
            }
        );
        return true;
    }

    /// <summary>Null for success, else the problem's code.</summary>
    public string? Hold(HoldRequest request)
    {
        if (holds.Find(hold => hold.Id == request.Id) is { } known)
            return known.Taken is null ? null : "billing.hold_resolved";
        var left = request.Quote.Ceiling.Micro;
        if (Live.Sum(lot => lot.Avail) < left)
            return "billing.balance_short";
        var hold = new Held(request);
        // The list is in order of creation, and ids are too.
        foreach (
            var lot in Live.Where(lot => lot.Avail > 0)
                .OrderBy(lot => lot.Class)
                .ThenBy(lot => lot.Expires)
        )
        {
            var part = Math.Min(lot.Avail, left);
            if (part == 0)
                break;
            lot.Avail -= part;
            left -= part;
            hold.Parts.Add((lot, part));
        }

        holds.Add(hold);
        return null;
    }

    public Money Resolve(Held hold, Money charge)
    {
        if (hold.Taken is { } before)
            return before;
        hold.Taken = charge;
        var left = charge.Micro;
        foreach (var (lot, amount) in hold.Parts)
        {
            var taken = Math.Min(amount, left);
            left -= taken;
            lot.Avail += amount - taken;
        }

        return charge;
    }

    public void Lapse()
    {
        foreach (var lot in lots.Where(lot => lot.Class != LotClass.Real))
            lot.Lapsed = true;
    }

    public string AnySource(Random dice, LotClass lotClass) =>
        lots.Where(lot => lot.Class == lotClass).ToArray() is { Length: > 0 } known
            ? known[dice.Next(known.Length)].Source
            : Ids.New().ToString();

    public Money? GrantedBy(string source) =>
        lots.Find(lot => lot.Source == source) is { } lot ? new Money(lot.Granted) : null;

    public HoldRequest? AnyRequest(Random dice) =>
        holds.Count == 0 ? null : holds[dice.Next(holds.Count)].Request;

    /// <summary>Mostly an open hold, sometimes a resolved one.</summary>
    public Held? AnyHold(Random dice)
    {
        var open = holds.Where(hold => hold.Taken is null).ToArray();
        return dice.Next(8) > 0 && open.Length > 0 ? open[dice.Next(open.Length)]
            : holds.Count > 0 ? holds[dice.Next(holds.Count)]
            : null;
    }
}
