namespace NetRoom.Billing.Operator;

/// <summary>What postings come to, line by line: of a wallet in roubles, of a lot in its asset. The rules are those of billing.post.</summary>
public sealed record RebuiltBalance(LotParts Parts, long DebtReal, long DebtBonus)
{
    private const int Avail = 1;
    private const int Held = 2;
    private const int OwedReal = 3;
    private const int OwedBonus = 4;
    private const int PayoutClearing = 110;
    private const int Breakage = 310;
    private const int Voided = 320;
    private const int Chargeback = 330;
    private const int Adjustment = 360;

    public static RebuiltBalance Nothing { get; } =
        new(new LotParts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0, 0);

    public RebuiltBalance After(PostingLine line)
    {
        var (dr, cr, amount) = (line.Dr, line.Cr, line.Amount);
        // What moves between the service's own accounts is not the person's.
        if (Math.Min(dr, cr) >= 100)
            return this;
        var parts = Parts with
        {
            Granted = checked(Parts.Granted + (IsGiver(dr) && cr == Avail ? amount : 0)),
            Avail = checked(Parts.Avail + Effect(Avail)),
            Held = checked(Parts.Held + Effect(Held)),
            Spent = checked(
                Parts.Spent
                + (
                    IsEarned(cr) ? amount
                    : IsEarned(dr) ? -amount
                    : 0
                )
            ),
            Refunded = checked(Parts.Refunded + Effect(PayoutClearing)),
            Expired = checked(Parts.Expired + Effect(Breakage)),
            Voided = checked(
                Parts.Voided + (cr is Voided or Adjustment && dr != OwedBonus ? amount : 0)
            ),
            ChargedBack = checked(
                Parts.ChargedBack + (dr == OwedReal || cr == OwedReal ? 0 : Effect(Chargeback))
            ),
            Repaid = checked(
                Parts.Repaid
                + (
                    dr == Avail && IsDebt(cr) ? amount
                    : cr == Avail && IsDebt(dr) ? -amount
                    : 0
                )
            ),
            Clawed = checked(Parts.Clawed - (dr == Voided || cr == Voided ? Effect(OwedBonus) : 0)),
        };
        return new RebuiltBalance(
            parts,
            checked(DebtReal - Effect(OwedReal)),
            checked(DebtBonus - Effect(OwedBonus))
        );

        long Effect(int account) =>
            cr == account ? amount
            : dr == account ? -amount
            : 0;
    }

    private static bool IsGiver(int account) =>
        account is 100 or 300 or 301 or 302 or Adjustment or 500;

    private static bool IsEarned(int account) => account is 200 or 210 or 211 or 212 or 510;

    private static bool IsDebt(int account) => account is OwedReal or OwedBonus;
}
