#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
namespace NetRoom.Tests.Billing.Simulation;

// What is asked a second time.
internal sealed partial class WalletDriver
{
    /// <summary>An old command, word for word; now and then with another body under its key.</summary>
    private Command Again(Command old) =>
        dice.Next(4) > 0
            ? old
            : old switch
            {
                GrantCommand grant => grant with { Lot = Id(), Amount = grant.Amount + 1 },
                TopUpCommand top => dice.Next(2) == 0
                    ? top with
                    {
                        Amount = top.Amount + 10_000,
                    }
                    : top with
                    {
                        PspPayment = Id().ToString(),
                    },
                HoldCommand hold => dice.Next(2) == 0
                    ? hold with
                    {
                        Amount = hold.Amount + 1,
                    }
                    : hold with
                    {
                        Id = Id(),
                    },
                ResolveCommand resolve => resolve with { Taken = 0, Tokens = 0 },
                ReturnCommand back => back with { Real = back.Real + 1 },
                TakeCommand take => take with { Amount = take.Amount + 1 },
                WriteOffCommand off => off with { Real = off.Real + 1 },
                StartRefundCommand refund => refund with { Amount = refund.Amount + 10_000 },
                ChargeBackCommand back => back with { Amount = back.Amount + 10_000 },
                _ => old,
            };
}
