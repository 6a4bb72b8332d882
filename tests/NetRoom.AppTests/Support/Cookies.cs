using System.Collections.Concurrent;

namespace NetRoom.AppTests.Support;

/// <summary>
/// A browser's cookies for one site, kept by hand: browsers trust http://127.0.0.1 with Secure cookies, .NET's container does not.
/// </summary>
public sealed class Cookies
{
    private readonly ConcurrentDictionary<string, string> values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Values => values;

    public void AddTo(HttpRequestMessage request)
    {
        if (!values.IsEmpty)
            request.Headers.Add(
                "Cookie",
                string.Join("; ", values.Select(cookie => $"{cookie.Key}={cookie.Value}"))
            );
    }

    public void TakeFrom(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var lines))
            return;
        foreach (var line in lines)
        {
            var pair = line.Split(';', 2)[0];
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = (pair[..at], pair[(at + 1)..]);
            if (value.Length == 0)
                values.TryRemove(name, out _);
            else
                values[name] = value;
        }
    }

    public void Clear() => values.Clear();
}
