#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using Npgsql;

namespace NetRoom.Tests.Billing.Simulation;

/// <summary>
/// One person's clients: random commands in sequence, some asked twice, some late, some with another body under an old key. What is
/// asked depends on the seed and the model alone, so a seed replays whatever crashes came between.
/// </summary>
internal sealed partial class WalletDriver(int number, int seed, ISimulatedLedger ledger)
{
    private readonly Random dice = new(HashCode(seed, number));
    private readonly List<Command> asked = [];
    private int step;

    public Guid Account { get; } = Id(new Random(HashCode(seed, number + 100_000)));
    public ModelWallet Model { get; } = new();
    public int Steps => step;
    public int Replays { get; private set; }
    public int Refusals { get; private set; }
    public int Crashes { get; private set; }

    private static int HashCode(int seed, int number) => unchecked((seed * 486_187_739) + number);

    /// <summary>Sorts before the ids that the database makes.</summary>
    private static Guid Id(Random dice)
    {
        Span<byte> bytes = stackalloc byte[16];
        dice.NextBytes(bytes[2..]);
        return new Guid(bytes, bigEndian: true);
    }

    private Guid Id() => Id(dice);

    public async Task RunAsync(int steps, DateTimeOffset now)
    {
        for (var left = steps; left > 0; left--)
        {
            var command = Next(now);
            try
            {
                await StepAsync(command, now);
            }
            catch (Exception exception)
            {
                throw new SimulationException(
                    $"NETROOM_SEED={seed}, wallet {number} ({Account}), step {step}, {now:O}: {command}",
                    exception
                );
            }
        }
    }

    private async Task StepAsync(Command command, DateTimeOffset now)
    {
        step++;
        var expected = command.Expect(Model, now);
        var again = command.Expect(Model, now);
        var (answer, isDoubtful) = await AskAsync(command);
        if (answer != expected && !(isDoubtful && answer == again))
            throw new SimulationException($"answered '{answer}', not '{expected}' ('{again}')");
        // 18: a lost answer is asked for again, and changes nothing.
        if (dice.Next(30) == 0)
        {
            Replays++;
            (answer, _) = await AskAsync(command);
            if (answer != again)
                throw new SimulationException($"asked again '{answer}', not '{again}'");
        }

        var stored = await BalanceAsync();
        var model = (Model.Avail, Model.Held, Model.DebtReal, Model.DebtBonus);
        if (stored != model)
            throw new SimulationException($"after '{answer}' has {stored}, not {model}");
        if (asked.Count < 400 || dice.Next(4) == 0)
            asked.Add(command);
    }

    /// <summary>Asks until it is answered. Doubtful: an earlier try may have been done though nobody heard.</summary>
    private async Task<(string Answer, bool IsDoubtful)> AskAsync(Command command)
    {
        var isDoubtful = ledger.AsksAgain;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (await command.AskAsync(ledger, Account), isDoubtful);
            }
            catch (Exception exception) when (attempt < 300 && IsCrash(exception))
            {
                Crashes++;
                isDoubtful |= exception is not PostgresException { SqlState: not "57P01" };
            }
        }
    }

    private async Task<(long, long, long, long)> BalanceAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ledger.BalanceAsync(Account);
            }
            catch (Exception exception) when (attempt < 300 && IsCrash(exception))
            {
                Crashes++;
            }
        }
    }

    private static bool IsCrash(Exception exception) =>
        exception switch
        {
            PostgresException postgres => postgres.SqlState
                is "NR001"
                    or "40001"
                    or "40P01"
                    or "57014"
                    or "53200"
                    or "57P01",
            NpgsqlException or IOException or ObjectDisposedException => true,
            _ => exception.InnerException is { } inner && IsCrash(inner),
        };

    private Command Next(DateTimeOffset now)
    {
        if (step == 0)
            return Grant(now);
        if (asked.Count > 0 && dice.Next(14) == 0)
        {
            Replays++;
            return Again(asked[dice.Next(asked.Count)]);
        }

        return dice.Next(1000) switch
        {
            < 60 => Grant(now),
            < 130 => TopUp(),
            < 150 => BonusOfTopUp(now),
            < 400 => Hold(),
            < 440 => HoldTokens(),
            < 490 => HoldUnit(),
            < 760 => Resolve(),
            < 790 => Buy(),
            < 800 => RefundPack(),
            < 808 => BeginPlanRefund(),
            < 820 => EndPlan(),
            < 845 => Void(),
            < 860 => ChargeBack(),
            < 875 => Reverse(),
            < 900 => StartRefund(),
            < 925 => FinishRefund(),
            < 935 => ReturnRefund(),
            < 965 => Return(),
            < 975 => new TakeCommand(Id(), dice.Next(1, 4), Amount(4)),
            < 985 => WriteOff(),
            < 992 => Late(),
            _ => Settings(),
        };
    }

    private long Amount(int roubles) =>
        dice.Next(20) == 0 ? dice.Next(1, 3) : dice.NextInt64(1, roubles * 1_000_000L);

    private GrantCommand Grant(DateTimeOffset now)
    {
        var kind = dice.Next(1, 4);
        return new GrantCommand(
            Id(),
            kind,
            Amount(12),
            kind switch
            {
                Class.Bonus => 300,
                Class.Compensation => 302,
                _ => 100,
            },
            "sim",
            Id().ToString(),
            // Whole hours meet each other, and the clock.
            kind == Class.Real
            || dice.Next(4) == 0
                ? null
                : new DateTimeOffset(
                    now.Year,
                    now.Month,
                    now.Day,
                    now.Hour,
                    0,
                    0,
                    TimeSpan.Zero
                ).AddHours(dice.Next(1, 700))
        );
    }

    private TopUpCommand TopUp() =>
        new(Id(), "sim", Id().ToString(), dice.Next(1, 3_000) * 10_000L, dice.Next(8) > 0);

    private GrantCommand BonusOfTopUp(DateTimeOffset now) =>
        Grant(now) with
        {
            Class = Class.Bonus,
            From = 300,
            Parent = Any(Model.Payments)?.Id,
        };

    private HoldCommand Hold() =>
        new(Id(), Id(), dice.Next(25) == 0 ? 0 : Amount(dice.Next(6) == 0 ? 60 : 9));

    private Command HoldTokens() =>
        Any(Model.Lots.Where(lot => lot.Class == Class.Pack)) is { } pack
            ? new HoldCommand(Id(), Id(), dice.Next(1, 6), pack.Asset)
            : Buy();

    private Command HoldUnit()
    {
        if (dice.Next(3) == 0)
            return new HoldUnitCommand(Id(), Id(), FreeShare, IsFree: true);
        return Any(Model.Entitlements.Values.Where(e => e.Product.Kind != 4)) is { } share
            ? new HoldUnitCommand(Id(), Id(), share.Id, IsFree: false)
            : Buy();
    }

    private Guid FreeShare => new(Account.ToByteArray().Select(b => (byte)(b ^ 0x5a)).ToArray());

    private Command Resolve()
    {
        var open = Any(Model.Holds.Values.Where(hold => hold.IsOpen && hold.Kind == 1));
        if (dice.Next(10) == 0 || open is null)
            open = Any(Model.Holds.Values.Where(hold => hold.Kind == 1));
        if (open is null)
            return dice.Next(5) == 0 ? new ResolveCommand(Id(), 0, 0, null) : Hold();
        if (dice.Next(4) == 0)
            return new ResolveCommand(open.Id, 0, 0, null);
        var taken = dice.Next(6) switch
        {
            0 or 1 => open.Amount,
            2 => 0,
            3 when dice.Next(10) == 0 => open.Amount + 1,
            3 when dice.Next(10) == 0 => -1,
            _ => dice.NextInt64(open.Amount + 1),
        };
        return new ResolveCommand(
            open.Id,
            taken,
            dice.Next(0, 6),
            Math.Max(taken, 0) + dice.Next(1000)
        );
    }

    private BuyCommand Buy() =>
        new(Id(), Id(), Id(), SimProduct.All[dice.Next(SimProduct.All.Length - 1)]);

    private Command RefundPack()
    {
        if (Any(Model.Lots.Where(lot => lot.Class == Class.Pack)) is not { } pack)
            return Buy();
        var (real, bonus) = ModelWallet.PackRefund(pack);
        return new RefundPackCommand(Id(), pack.Id, pack.Avail, real, bonus);
    }

    private Command BeginPlanRefund() =>
        Any(Model.Entitlements.Values) is { } plan ? new BeginPlanRefundCommand(plan.Id) : Buy();

    /// <summary>max(0, price − used × price of a token), first of the real money (29); when nothing is due it goes on.</summary>
    private Command EndPlan()
    {
        if (Any(Model.Entitlements.Values.Where(e => e.Product.Kind is 2 or 3)) is not { } plan)
            return Buy();
        if (plan.Product.Kind == 2)
            return new EndCommand(Id(), plan.Id, 3, 0, 0);
        var due = Math.Max(0, plan.PriceReal - plan.Used * plan.Product.TokenPrice);
        return new EndCommand(Id(), plan.Id, due > 0 ? 2 : 0, due, 0);
    }

    private Command Void() =>
        Any(Model.Money.Where(lot => lot.Id != Guid.Empty && (lot.Class < 3 || dice.Next(9) == 0)))
            is { } lot
            ? new VoidCommand(Id(), lot.Id)
            : Hold();

    private Command ChargeBack() =>
        Any(Model.Payments) is { } payment
            ? new ChargeBackCommand(
                Id(),
                Id().ToString(),
                payment.Id,
                dice.Next(2) == 0
                    ? payment.Amount
                    : (dice.NextInt64(payment.Amount / 10_000) + 1) * 10_000
            )
            : TopUp();

    private Command Reverse() =>
        Any(Model.Cases.Keys) is { } known ? new ReverseCommand(known) : TopUp();

    private Command StartRefund() =>
        Any(Model.Payments) is { } payment
            ? new StartRefundCommand(
                Id(),
                Id(),
                payment.Id,
                dice.Next(3) == 0
                    ? dice.Next(1, 500) * 10_000L
                    : Math.Max(10_000, ModelWallet.Refundable(payment))
            )
            : TopUp();

    private Command FinishRefund()
    {
        var waiting = Model.Refunds.Where(refund => refund.Value.State == 0).ToArray();
        return Any(waiting).Key is var id && id != Guid.Empty
            ? new FinishRefundCommand(id, dice.Next(3) > 0)
            : StartRefund();
    }

    private Command ReturnRefund() =>
        Any(Model.Refunds.Keys) is var id && id != Guid.Empty
            ? new ReturnRefundCommand(id)
            : TopUp();

    private Command Return()
    {
        if (Any(Model.Holds.Values.Where(hold => hold is { Kind: 1, State: 1 })) is not { } hold)
            return Hold();
        long Left(bool real) =>
            hold
                .Parts.Where(part => (part.Lot.Class == Class.Real) == real)
                .Sum(part => part.Taken - part.Returned);
        return dice.Next(3) == 0
            ? new ReturnCommand(Id(), hold.Id, Amount(2), Amount(2))
            : new ReturnCommand(Id(), hold.Id, Left(real: true), Left(real: false));
    }

    private WriteOffCommand WriteOff() =>
        dice.Next(3) == 0
            ? new WriteOffCommand(Id(), Amount(3), 0)
            : new WriteOffCommand(Id(), Model.DebtReal, Model.DebtBonus);

    private Command Late() =>
        Any(Model.Holds.Values.Where(hold => hold.Kind == 1)) is { } hold
            ? new LateSuccessCommand(hold.Id, Amount(2))
            : Hold();

    private SettingsCommand Settings()
    {
        long? Limit(int roubles) => dice.Next(2) == 0 ? null : Amount(roubles);
        return new SettingsCommand(
            Math.Max(0, dice.Next(8) - 5),
            dice.Next(3) switch
            {
                0 => "America/New_York",
                1 => "Pacific/Kiritimati",
                _ => "Europe/Moscow",
            },
            Limit(30),
            Limit(60),
            Limit(300)
        );
    }

    /// <summary>Mostly a late one: what is new is more interesting.</summary>
    private T? Any<T>(IEnumerable<T> items)
    {
        var known = items as IReadOnlyList<T> ?? [.. items];
        if (known.Count == 0)
            return default;
        var from = dice.Next(3) > 0 ? Math.Max(0, known.Count - 6) : 0;
        return known[dice.Next(from, known.Count)];
    }
}

public sealed class SimulationException(string message, Exception? inner = null)
    : Exception(message, inner);
