using System.Collections.Concurrent;

namespace NetRoom.Sandbox.Faults;

/// <summary>Errors given instead of an answer; each protocol has its own words for them.</summary>
internal enum UpfrontFault
{
    ServerError,
    Unavailable,
    Overloaded,
    RateLimited,
    OutOfMoney,
    BadKey,

    /// <summary>A gateway's 502 with a page for people.</summary>
    HtmlPage,

    /// <summary>An error object under the status 200.</summary>
    ErrorUnder200,

    /// <summary>503 on the first call, an answer on the second, and so on.</summary>
    EverySecondCall,
}

/// <summary>Counts the calls of models that fail every second time.</summary>
internal sealed class Flakiness
{
    private readonly ConcurrentDictionary<string, int> calls = new(StringComparer.Ordinal);

    public bool FailsNow(string model) =>
        calls.AddOrUpdate(model, 1, (_, count) => count + 1) % 2 == 1;

    public void Clear() => calls.Clear();
}
