namespace NetRoom.Api.Limits;

/// <summary>
/// Counts the requests of one key or account. The bucket leaks one request each step and holds a minute of them; it is kept as the
/// moment when it will be empty, which is one number that threads can exchange.
/// </summary>
internal sealed class RequestMeter(int perMinute, int parallel)
{
    private readonly long step = TimeSpan.TicksPerMinute / perMinute;
    private long emptyAt;
    private int running;

    public int PerMinute => perMinute;

    public int Parallel => parallel;

    /// <summary>Null when the request may go on, else how long to wait.</summary>
    public TimeSpan? Take(DateTimeOffset now)
    {
        while (true)
        {
            var seen = Volatile.Read(ref emptyAt);
            var next = Math.Max(seen, now.UtcTicks) + step;
            var over = next - now.UtcTicks - TimeSpan.TicksPerMinute;
            if (over > 0)
                return TimeSpan.FromTicks(over);
            if (Interlocked.CompareExchange(ref emptyAt, next, seen) == seen)
                return null;
        }
    }

    /// <summary>The request was refused for another reason.</summary>
    public void GiveBack() => Interlocked.Add(ref emptyAt, -step);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref running) <= parallel)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref running);

    /// <summary>Requests that could be sent now.</summary>
    public int Remaining(DateTimeOffset now) =>
        (int)((TimeSpan.TicksPerMinute - Reset(now).Ticks) / step);

    /// <summary>How long until a whole minute's requests can be sent again.</summary>
    public TimeSpan Reset(DateTimeOffset now) =>
        TimeSpan.FromTicks(
            Math.Clamp(Volatile.Read(ref emptyAt) - now.UtcTicks, 0, TimeSpan.TicksPerMinute)
        );

    public bool IsIdle(DateTimeOffset now) =>
        Volatile.Read(ref running) == 0 && Volatile.Read(ref emptyAt) <= now.UtcTicks;
}
