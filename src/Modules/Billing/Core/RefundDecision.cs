using System.Collections.Immutable;
using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>What looking at one clause came to.</summary>
public enum Verdict
{
    /// <summary>Nothing against; the next clause is looked at.</summary>
    Passed,

    /// <summary>A ground for a refund that is not there; the next one is looked at.</summary>
    NotMet,

    /// <summary>Nothing is due by this request.</summary>
    Refused,

    /// <summary>A refund is due.</summary>
    Due,
}

/// <param name="Code">One of <see cref="RefundClause"/>.</param>
public sealed record RefundFinding(string Code, Verdict Verdict);

/// <summary>What is due, why, and all that was looked at on the way, in order; the last finding decided.</summary>
/// <param name="ToInstrument">Back to the card or account that paid, µ₽, whole kopecks.</param>
/// <param name="ToBalance">Real money back to the lots it came from, µ₽.</param>
/// <param name="Bonus">Bonus and compensation back to the lots they came from, µ₽; never money.</param>
public sealed record RefundDecision(
    Money ToInstrument,
    Money ToBalance,
    Money Bonus,
    ImmutableArray<RefundFinding> Findings
)
{
    /// <summary>The clause that decided: one of <see cref="RefundClause"/>.</summary>
    public string Code => Findings[^1].Code;

    /// <summary>Whether anything is due.</summary>
    public bool IsDue => Findings[^1].Verdict == Verdict.Due;
}

/// <summary>Writes down each clause as it is looked at.</summary>
internal sealed class RefundDocket
{
    private readonly ImmutableArray<RefundFinding>.Builder findings =
        ImmutableArray.CreateBuilder<RefundFinding>();

    /// <summary>True ends the matter with nothing.</summary>
    public bool Refuses(bool against, string refused, string passed)
    {
        Note(against ? refused : passed, against ? Verdict.Refused : Verdict.Passed);
        return against;
    }

    /// <summary>True ends the matter with a refund.</summary>
    public bool Grants(bool ground, string due, string notMet)
    {
        Note(ground ? due : notMet, ground ? Verdict.Due : Verdict.NotMet);
        return ground;
    }

    public RefundDecision Nothing() => Decide(Money.Zero, Money.Zero, Money.Zero);

    /// <summary>The last clause of every road: what is left to give, or why nothing is.</summary>
    public RefundDecision Settle(
        string due,
        string refused,
        Money toInstrument = default,
        Money toBalance = default,
        Money bonus = default
    )
    {
        var any = !(toInstrument.IsZero && toBalance.IsZero && bonus.IsZero);
        Note(any ? due : refused, any ? Verdict.Due : Verdict.Refused);
        return Decide(toInstrument, toBalance, bonus);
    }

    public RefundDecision Decide(Money toInstrument, Money toBalance, Money bonus) =>
        new(toInstrument, toBalance, bonus, findings.ToImmutable());

    private void Note(string code, Verdict verdict) =>
        findings.Add(new RefundFinding(code, verdict));
}
