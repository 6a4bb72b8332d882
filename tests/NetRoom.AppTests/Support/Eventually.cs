using System.Diagnostics;

namespace NetRoom.AppTests.Support;

/// <summary>Waits for what must come true, by looking again and again until a deadline: never by sleeping.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    public static async Task<T> GetAsync<T>(Func<Task<T?>> look, string what, int seconds = 30)
        where T : class
    {
        for (var waited = Stopwatch.StartNew(); ; )
        {
            if (await look() is { } found)
                return found;
            if (waited.Elapsed.TotalSeconds > seconds)
                throw new TimeoutException($"Waited {seconds} s in vain for {what}.");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> look, string what, int seconds = 30) =>
        GetAsync(async () => await look() ? "" : null, what, seconds);
}
