using System.Net;
using System.Text;

namespace NetRoom.Accounts.WaysIn.Telegram;

/// <summary>What a Mini App is opened with, read from the raw query string and found to be signed.</summary>
internal sealed record InitData(TelegramUser User, string? StartParam, SignedFields Signed)
{
    /// <summary>Bytes.</summary>
    public const int Longest = 8 * 1024;

    /// <summary>Null if it is not signed by this bot, or names nobody.</summary>
    public static InitData? Read(string? raw, ReadOnlySpan<byte> key)
    {
        if (raw is not { Length: > 0 and <= Longest } || Encoding.UTF8.GetByteCount(raw) > Longest)
            return null;
        return
            SignedFields.Read(FieldsOf(raw), key) is { } signed
            && signed.Values.TryGetValue("user", out var json)
            && TelegramUser.Parse(json) is { } user
            ? new InitData(user, signed.Values.GetValueOrDefault("start_param"), signed)
            : null;
    }

    /// <summary>A query string as it was sent, decoded as forms are: a plus is a space.</summary>
    public static IEnumerable<KeyValuePair<string, string>> FieldsOf(string raw) =>
        raw.Split('&').Select(Field);

    private static KeyValuePair<string, string> Field(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return at < 0
            ? new(WebUtility.UrlDecode(part), "")
            : new(WebUtility.UrlDecode(part[..at]), WebUtility.UrlDecode(part[(at + 1)..]));
    }
}
