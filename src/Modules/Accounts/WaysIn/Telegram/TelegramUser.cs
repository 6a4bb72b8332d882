using System.Globalization;
using System.Text.Json;
using NetRoom.Accounts.WaysIn.Providers;

namespace NetRoom.Accounts.WaysIn.Telegram;

/// <summary>Somebody at Telegram. The id is for life; all else changes.</summary>
internal sealed record TelegramUser(long Id, string Name, string? Username, string? Language)
{
    public const string Provider = "telegram";

    public ExternalPerson ToPerson() =>
        new(
            Provider,
            Id.ToString(CultureInfo.InvariantCulture),
            ExternalPerson.Shorten(
                Username is { Length: > 0 } ? "@" + Username
                : Name.Length > 0 ? Name
                : Id.ToString(CultureInfo.InvariantCulture)
            ),
            ExternalPerson.Shorten(Name),
            Language: Language
        );

    /// <summary>From the JSON of a Mini App; null if it is not that of a person.</summary>
    public static TelegramUser? Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var user = document.RootElement;
            return user.Number("id") is { } id and > 0
                ? new TelegramUser(
                    id,
                    NameOf(user.Text("first_name"), user.Text("last_name")),
                    user.Text("username"),
                    user.Text("language_code")
                )
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string NameOf(string? first, string? last) => $"{first} {last}".Trim();
}
