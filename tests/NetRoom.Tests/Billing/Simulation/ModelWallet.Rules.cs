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
        if (hold is null)
            allocation.ShouldBe(new Allocation.NotEnough(Math.Max(0, available)));
        else
            allocation
                .ShouldBeOfType<Allocation.Enough>()
                .Parts.Select(part => (named[part.Lot], part.Amount))
                .ShouldBe(hold.Parts.Select(part => (part.Lot, part.Amount)));
    }

    private static void AgreesWithUnwind(ModelHold hold, long taken)
    {
        Unwind
            .Capture(
                [.. hold.Parts.Select(part => new LotPart(RuleId(part.Lot), part.Amount))],
                taken
            )
            .Succeeded(out var captured, out _)
            .ShouldBeTrue();
        captured.Select(part => part.Taken).ShouldBe(hold.Parts.Select(part => part.Taken));
    }

    private static void AgreesWithRecognition(ModelLot lot, long price)
    {
        Recognition
            .Earned(new Money(price), lot.Spent + lot.Expired, lot.Granted)
            .Succeeded(out var earned, out _)
            .ShouldBeTrue();
        earned.Micro.ShouldBe(lot.Recognised);
    }

    /// <summary>Ids that sort as the lots do: the database's own are not known here, and come after the client's.</summary>
    private static Guid RuleId(ModelLot lot) =>
        lot.Order[0] == '0' ? lot.Id : Guid.ParseExact("ff" + lot.Order[1..].PadLeft(30, '0'), "n");
}
