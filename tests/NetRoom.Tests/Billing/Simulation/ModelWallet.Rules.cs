using NetRoom.Billing.Core;
using NetRoom.Kernel;

namespace NetRoom.Tests.Billing.Simulation;

// The pure rules of Billing's Core say the same as the model, and so as the database: every step asks them.
internal sealed partial class ModelWallet
{
    private static void AgreesWithAllocation(
        IEnumerable<ModelLot> lots,
        long amount,
        DateTimeOffset now,
        long debt,
        ModelHold? hold,
        long available
    )
    {
        var named = lots.ToDictionary(RuleId);
        var allocation = Allocation.Of(
            named.Select(lot => new BurnLot(
                lot.Key,
                (BurnClass)lot.Value.Class,
                lot.Value.Expires,
                lot.Value.Avail
            )),
            amount,
            now,
            debt
        );
        var agrees = allocation switch
        {
            Allocation.NotEnough less => hold is null && less.Available == Math.Max(0, available),
            Allocation.Enough enough => hold is not null
                && enough
                    .Parts.Select(part => (named[part.Lot], part.Amount))
                    .SequenceEqual(hold.Parts.Select(part => (part.Lot, part.Amount))),
            _ => false,
        };
        Agree(agrees, nameof(Allocation));
    }

    private static void AgreesWithUnwind(ModelHold hold, long taken) =>
        Agree(
            Unwind
                .Capture(
                    [.. hold.Parts.Select(part => new LotPart(RuleId(part.Lot), part.Amount))],
                    taken
                )
                .Succeeded(out var captured, out _)
                && captured
                    .Select(part => part.Taken)
                    .SequenceEqual(hold.Parts.Select(part => part.Taken)),
            nameof(Unwind)
        );

    private static void AgreesWithRecognition(ModelLot lot, long price) =>
        Agree(
            Recognition
                .Earned(new Money(price), lot.Spent + lot.Expired, lot.Granted)
                .Succeeded(out var earned, out _)
                && earned.Micro == lot.Recognised,
            nameof(Recognition)
        );

    private static void Agree(bool agrees, string rule)
    {
        if (!agrees)
            throw new InvalidOperationException($"{rule} says something else than the model.");
    }

    /// <summary>Ids that sort as the lots do: the database's own are not known here, and come after the client's.</summary>
    private static Guid RuleId(ModelLot lot) =>
        lot.Order[0] == '0' ? lot.Id : Guid.ParseExact("ff" + lot.Order[1..].PadLeft(30, '0'), "n");
}
