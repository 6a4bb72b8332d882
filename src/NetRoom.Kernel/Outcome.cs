using System.Diagnostics.CodeAnalysis;

namespace NetRoom.Kernel;

/// <summary>What went wrong, as a kind that has one HTTP status.</summary>
public enum ProblemKind
{
    Invalid = 422,
    PaymentNeeded = 402,
    SignInNeeded = 401,
    Forbidden = 403,
    NotFound = 404,
    Conflict = 409,
    TooLarge = 413,
    TooMany = 429,
    Unavailable = 503,
}

/// <summary>
/// An expected failure. <paramref name="Code"/> is stable and doubles as the key of the sentence that people read
/// ("billing.balance_short"); <paramref name="Args"/> fill that sentence's places.
/// </summary>
public sealed record Problem(ProblemKind Kind, string Code, params object[] Args)
{
    public static Problem NotFound(string code = "kernel.not_found") =>
        new(ProblemKind.NotFound, code);
}

/// <summary>Either a value or a <see cref="Kernel.Problem"/>. Unexpected failures stay exceptions.</summary>
public readonly struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Problem? problem) => (this.value, Problem) = (value, problem);

    public Problem? Problem { get; }

    /// <summary>False exactly when <see cref="Problem"/> is set.</summary>
    public bool Succeeded(
        [MaybeNullWhen(false)] out T result,
        [NotNullWhen(false)] out Problem? problem
    )
    {
        (result, problem) = (value, Problem);
        return problem is null;
    }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(default, problem);
}
