using Microsoft.Extensions.Options;
using NetRoom.Kernel;

namespace NetRoom.Accounts.Passwords;

/// <summary>
/// Hashing is slow on purpose, so it is rationed: a few at once, one core left for everyone else, a short queue behind, and
/// whoever comes after is told to return. A flood of sign-ins then slows only sign-ins.
/// </summary>
internal sealed class PasswordHasher(IOptions<AccountsOptions> options) : IDisposable
{
    private static readonly Problem Busy = new(ProblemKind.Unavailable, "accounts.busy");
    private readonly SemaphoreSlim places = new(Math.Max(1, Environment.ProcessorCount - 1));
    private readonly string dummy = PasswordHash.Dummy(options.Value.PasswordIterations);
    private int waiting;

    private int Iterations => options.Value.PasswordIterations;

    public Task<Outcome<string>> HashAsync(string password, CancellationToken cancel) =>
        InTurnAsync(
            () => PasswordHash.Create(PasswordRules.Normalise(password), Iterations),
            cancel
        );

    /// <param name="hash">Null when nobody has this name: then a dummy is refused just as slowly.</param>
    public Task<Outcome<bool>> VerifyAsync(
        string password,
        string? hash,
        CancellationToken cancel
    ) =>
        InTurnAsync(
            () =>
                PasswordHash.Verify(PasswordRules.Normalise(password), hash ?? dummy)
                && hash is not null,
            cancel
        );

    public bool IsCurrent(string hash) => PasswordHash.IsCurrent(hash, Iterations);

    public void Dispose() => places.Dispose();

    private async Task<Outcome<T>> InTurnAsync<T>(Func<T> hash, CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > options.Value.HashQueue)
                return Busy;
            await places.WaitAsync(cancel);
            try
            {
                return await Task.Run(hash, cancel);
            }
            finally
            {
                places.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
