using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetRoom.Kernel;

namespace NetRoom.Accounts.WaysIn.Telegram;

/// <summary>
/// Fields that Telegram signed with a secret of the bot (https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app):
/// all of them but the hash, sorted, one a line.
/// </summary>
internal sealed record SignedFields(
    IReadOnlyDictionary<string, string> Values,
    string Hash,
    DateTimeOffset At
)
{
    private const int HashLength = 32;
    private const int MostFields = 64;
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    public static byte[] MiniAppKey(string botToken) =>
        HMACSHA256.HashData("WebAppData"u8, Encoding.UTF8.GetBytes(botToken));

    public static byte[] WidgetKey(string botToken) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(botToken));

    /// <summary>Null if they are not signed by this key. Whether they are fresh is another question.</summary>
    public static SignedFields? Read(
        IEnumerable<KeyValuePair<string, string>> fields,
        ReadOnlySpan<byte> key
    )
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
            if (name.Length == 0 || sorted.Count == MostFields || !sorted.TryAdd(name, value))
                return null;
        // A line break in a value would let one field pass for two, or two for one, under the same signature.
        if (sorted.Any(field => field.Key.Contains('\n') || field.Value.Contains('\n')))
            return null;
        if (!sorted.Remove("hash", out var hash) || HashOf(hash) is not { } told)
            return null;
        var signed = string.Join('\n', sorted.Select(field => $"{field.Key}={field.Value}"));
        var expected = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed));
        return
            CryptographicOperations.FixedTimeEquals(told, expected)
            && sorted.TryGetValue("auth_date", out var at)
            && TimeOf(at) is { } when
            ? new SignedFields(sorted, Convert.ToHexStringLower(told), when)
            : null;
    }

    /// <summary>Problem: ways.telegram_old. The string signs in whoever holds it, so it does so for an hour at most.</summary>
    public Problem? Staleness(DateTimeOffset now) =>
        now - At > Oldest || At - now > Skew
            ? new Problem(ProblemKind.Invalid, "ways.telegram_old")
            : null;

    private static byte[]? HashOf(string hex)
    {
        var bytes = new byte[HashLength];
        return
            hex.Length == 2 * HashLength
            && Convert.FromHexString(hex, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : null;
    }

    private static DateTimeOffset? TimeOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
