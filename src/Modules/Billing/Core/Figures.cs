using NetRoom.Kernel;

namespace NetRoom.Billing.Core;

/// <summary>The refusals of the core: figures that no true ledger holds. Values, not exceptions.</summary>
internal static class Figures
{
    public static Problem Wrong { get; } = new(ProblemKind.Invalid, "billing.figures_wrong");

    public static Problem Exceeded { get; } = new(ProblemKind.Conflict, "billing.figures_exceeded");

    /// <summary>floor(whole × part / of) for 0 and up; the product of two longs always fits.</summary>
    public static long Share(long whole, long part, long of) =>
        checked((long)((Int128)whole * part / of));
}
