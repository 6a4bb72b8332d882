using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using NetRoom.Kernel;

namespace NetRoom.Accounts.WaysIn.Providers;

/// <summary>The published keys of providers. Read again after an hour, and for an unknown id, but not for every stranger's guess.</summary>
internal sealed class ProviderKeys(ProviderCalls calls, TimeProvider clock)
{
    private const int LeastBits = 2048;
    private const int MostBits = 8192;
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeastBetweenReads = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Published> all = new(StringComparer.Ordinal);

    public async Task<Outcome<RSAParameters>> FindAsync(
        IWayIn way,
        string url,
        string id,
        CancellationToken cancel
    )
    {
        var now = clock.GetUtcNow();
        if (all.TryGetValue(url, out var published))
        {
            var age = now - published.ReadAt;
            if (age <= Fresh && published.Keys.TryGetValue(id, out var known))
                return known;
            if (age <= LeastBetweenReads)
                return Unknown(way);
        }

        var read = await calls.GetAsync(way, url, null, cancel);
        if (!read.Succeeded(out var json, out var problem))
            return problem;
        all[url] = published = new Published(KeysOf(json), now);
        return published.Keys.TryGetValue(id, out var key) ? key : Unknown(way);
    }

    private static Problem Unknown(IWayIn way) =>
        new(ProblemKind.Invalid, "ways.answer_wrong", way.Name);

    private static Dictionary<string, RSAParameters> KeysOf(JsonElement json)
    {
        var keys = new Dictionary<string, RSAParameters>(StringComparer.Ordinal);
        if (json.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array)
            foreach (var key in list.EnumerateArray())
                if (
                    key.Text("kty") == "RSA"
                    && key.Text("use") is null or "sig"
                    && key.Text("alg") is null or "RS256"
                    && key.Text("kid") is { Length: > 0 } id
                    && Bytes(key.Text("n")) is { } modulus
                    && modulus.Length * 8 is >= LeastBits and <= MostBits
                    && Bytes(key.Text("e")) is { Length: > 0 and <= 4 } exponent
                )
                    keys[id] = new RSAParameters { Modulus = modulus, Exponent = exponent };
        return keys;
    }

    private static byte[]? Bytes(string? text) =>
        text is not null && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private sealed record Published(Dictionary<string, RSAParameters> Keys, DateTimeOffset ReadAt);
}
