#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using Xunit.Abstractions;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

/// <summary>The real store against a model of it in memory, command by command, with replays of old commands.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RandomLedgerTests(LedgerDatabase ledger, ITestOutputHelper output)
    : IClassFixture<LedgerDatabase>
{
    private const int Steps = 3_000;

    [Fact]
    public async Task Any_sequence_of_commands_keeps_every_invariant_and_agrees_with_the_model()
    {
        // NETROOM_SEED replays a run that failed.
        var seed = int.TryParse(Environment.GetEnvironmentVariable("NETROOM_SEED"), out var given)
            ? given
            : Environment.TickCount;
        output.WriteLine($"NETROOM_SEED={seed}");
        var dice = new Random(seed);
        var purses = Enumerable
            .Range(0, 4)
            .Select(_ => Purse.New(ledger.Database))
            .Select(purse => (Purse: purse, Model: new LedgerModel()))
            .ToArray();
        for (var step = 1; step <= Steps; step++)
        {
            var (purse, model) = purses[dice.Next(purses.Length)];
            try
            {
                await StepAsync(dice, purse, model);
                if (step % 3 == 0)
                {
                    var balance = await purse.BalanceAsync();
                    (
                        balance.Available,
                        balance.Real,
                        balance.Bonus,
                        balance.Compensation,
                        balance.Held
                    ).ShouldBe(model.Balance());
                }

                if (step % 500 == 0)
                    await purse.AuditAsync();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"NETROOM_SEED={seed}, step {step}", exception);
            }
        }

        await purses[0].Purse.AuditAsync();
    }

    private static async Task StepAsync(Random dice, Purse purse, LedgerModel model)
    {
        switch (dice.Next(100))
        {
            case < 12:
                var lotClass = (LotClass)dice.Next(1, 4);
                var source =
                    dice.Next(5) == 0 ? model.AnySource(dice, lotClass) : Ids.New().ToString();
                var amount = model.GrantedBy(source) ?? Amount(dice, 40);
                DateTimeOffset? expires =
                    lotClass == LotClass.Real ? null : InAnHour.AddMinutes(dice.Next(10_000));
                (await purse.GrantAsync(lotClass, amount, expires, source)).ShouldBe(
                    model.Grant(lotClass, amount, expires, source)
                );
                break;
            case < 50:
                var request = dice.Next(6) == 0 ? model.AnyRequest(dice) : null;
                request ??= purse.Request(Amount(dice, 30));
                var outcome = await purse.TryHoldAsync(request);
                model.Hold(request).ShouldBe(outcome.Problem?.Code);
                break;
            case < 80:
                if (model.AnyHold(dice) is not { } captured)
                    break;
                var charge = new Money(dice.NextInt64(captured.Amount.Micro + 1));
                (await purse.CaptureAsync(captured.Id, charge)).ShouldBe(
                    model.Resolve(captured, charge)
                );
                break;
            case < 98:
                if (model.AnyHold(dice) is not { } released)
                    break;
                await purse.ReleaseAsync(released.Id);
                model.Resolve(released, Money.Zero);
                break;
            default:
                await purse.LapseAsync();
                model.Lapse();
                break;
        }
    }

    private static Money Amount(Random dice, int roubles) =>
        dice.Next(20) == 0
            ? new Money(dice.Next(1, 3))
            : new Money(dice.NextInt64(1, roubles * Money.MicroPerRouble));
}
