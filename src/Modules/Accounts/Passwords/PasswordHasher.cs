using Microsoft.Extensions.Options;
using NetRoom.Kernel;

namespace NetRoom.Accounts.Passwords;

/// <summary>
/// Hashing is slow on purpose, so it is rationed: a few at once, one core left for everyone else, a short queue behind, and
/// whoever comes after is told to return. A flood of sign-ins then slows only sign-ins, and not those from devices that an account has
/// signed in on before: they have a queue of their own, which goes first.
/// </summary>
internal sealed class PasswordHasher(IOptions<AccountsOptions> options)
{
    private static readonly Problem Busy = new(ProblemKind.Unavailable, "accounts.busy");
    private readonly HashingTurns turns = new(
        Math.Max(1, Environment.ProcessorCount - 1),
        options.Value.HashQueue
    );
    private readonly string dummy = PasswordHash.Dummy(options.Value.PasswordIterations);

    private int Iterations => options.Value.PasswordIterations;

    public Task<Outcome<string>> HashAsync(string password, CancellationToken cancel) =>
        InTurnAsync(
            () => PasswordHash.Create(PasswordRules.Normalise(password), Iterations),
            isKnownDevice: false,
            cancel
        );

    /// <param name="hash">Null when nobody has this name: then a dummy is refused just as slowly.</param>
    public Task<Outcome<bool>> VerifyAsync(
        string password,
        string? hash,
        CancellationToken cancel,
        bool isKnownDevice = false
    ) =>
        InTurnAsync(
            () =>
                PasswordHash.Verify(PasswordRules.Normalise(password), hash ?? dummy)
                && hash is not null,
            isKnownDevice,
            cancel
        );

    public bool IsCurrent(string hash) => PasswordHash.IsCurrent(hash, Iterations);

    private async Task<Outcome<T>> InTurnAsync<T>(
        Func<T> hash,
        bool isKnownDevice,
        CancellationToken cancel
    )
    {
        if (!turns.TryTake(isKnownDevice, cancel, out var turn))
            return Busy;
        await turn;
        try
        {
            return await Task.Run(hash, cancel);
        }
        finally
        {
            turns.Leave();
        }
    }
}
