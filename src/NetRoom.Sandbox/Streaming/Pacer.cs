using System.Runtime.CompilerServices;

namespace NetRoom.Sandbox.Streaming;

/// <summary>
/// Keeps time by deadlines, so that a late tick does not delay the rest, with one timer for a whole stream.
/// </summary>
internal sealed class Pacer(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly long start = clock.GetTimestamp();
    private PeriodicTimer? timer;
    private TimeSpan due;

    private TimeSpan Left => due - clock.GetElapsedTime(start);

    /// <summary>Moves the deadline; true when it is still ahead and must be waited for.</summary>
    public bool Advance(TimeSpan gap)
    {
        if (gap <= TimeSpan.Zero)
        {
            return false;
        }
        due += gap;
        return Left > TimeSpan.Zero;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        for (var left = Left; left > TimeSpan.Zero; left = Left)
        {
            var period = left > Shortest ? left : Shortest;
            timer ??= new PeriodicTimer(period, clock);
            timer.Period = period;
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    public void Dispose() => timer?.Dispose();
}
