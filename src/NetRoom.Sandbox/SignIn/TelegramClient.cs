using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NetRoom.Sandbox.SignIn;

/// <summary>Plays a client of Telegram that opens a Mini App in a frame, as web.telegram.org does, with signed data or with broken.</summary>
internal static class TelegramClient
{
    public const string Address = "/telegram-client";
    private const string BotToken = "5310:sandbox-bot-token";

    private static readonly (string Id, string About)[] Faults =
    [
        ("none", "Nothing"),
        ("changed", "Changed on the way"),
        ("other_bot", "Signed by another bot"),
        ("old", "Two hours old"),
        ("future", "Ten minutes from the future"),
        ("twice", "The user is given twice"),
        ("unsigned", "Without its hash"),
    ];

    public static void MapTelegramClient(this WebApplication app)
    {
        app.MapGet(Address, Show);
        app.MapGet(
            Address + "/init-data",
            (HttpRequest request, TimeProvider clock) =>
                TypedResults.Text(
                    InitData(
                        SandboxPeople.Find(request.Query["person"]),
                        request.Query["fault"].ToString(),
                        request.Query["start"].ToString(),
                        clock.GetUtcNow()
                    )
                )
        );
    }

    private static IResult Show(HttpRequest request, TimeProvider clock)
    {
        var app = request.Query["app"].ToString();
        var frame = "";
        if (Uri.TryCreate(app, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            var data = InitData(
                SandboxPeople.Find(request.Query["person"]),
                request.Query["fault"].ToString(),
                request.Query["start"].ToString(),
                clock.GetUtcNow()
            );
            var source =
                $"{app}#tgWebAppData={Uri.EscapeDataString(data)}&tgWebAppVersion=8.0&tgWebAppPlatform=weba";
            frame =
                $"""<iframe title="Mini App" name="app" src="{WebUtility.HtmlEncode(source)}"></iframe>""";
        }

        var address = app.Length > 0 ? app : "http://127.0.0.1:5300/telegram";
        var people = string.Concat(
            SandboxPeople.Known.Select(person =>
                $"""<option value="{person.Id}">{WebUtility.HtmlEncode(person.Name)}</option>"""
            )
        );
        var faults = string.Concat(
            Faults.Select(fault => $"""<option value="{fault.Id}">{fault.About}</option>""")
        );
        return ConsentPage.Html(
            "Sandbox: Telegram",
            $"""
            <h1>This is the sandbox, not Telegram</h1>
            <form>
            <p><label>Mini App: <input name="app" size="40" value="{WebUtility.HtmlEncode(
                address
            )}"></label></p>
            <p><label>Who: <select name="person">{people}</select></label>
            <label>What is wrong: <select name="fault">{faults}</select></label>
            <label>Start parameter: <input name="start" size="12"></label> <button>Open</button></p>
            </form>
            {frame}
            """
        );
    }

    private static string InitData(
        SandboxPerson person,
        string fault,
        string start,
        DateTimeOffset now
    )
    {
        var at = fault switch
        {
            "old" => now.AddHours(-2),
            "future" => now.AddMinutes(10),
            _ => now,
        };
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["auth_date"] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["query_id"] = RandomNumberGenerator.GetHexString(24),
            ["signature"] = "c2FuZGJveA",
            ["user"] = User(person),
        };
        if (start.Length > 0)
            fields["start_param"] = start;
        var token = fault == "other_bot" ? "1:another" : BotToken;
        var secret = HMACSHA256.HashData("WebAppData"u8, Encoding.UTF8.GetBytes(token));
        var content = string.Join('\n', fields.Select(field => $"{field.Key}={field.Value}"));
        var hash = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(content));
        if (fault == "changed")
            fields["user"] = User(person with { Id = person.Id + 1 });
        if (fault != "unsigned")
            fields["hash"] = Convert.ToHexStringLower(hash);
        var query = string.Join(
            '&',
            fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}")
        );
        return fault == "twice" ? $"{query}&user={Uri.EscapeDataString(fields["user"])}" : query;
    }

    private static string User(SandboxPerson person) =>
        new JsonObject
        {
            ["id"] = person.Id,
            ["first_name"] = person.FirstName,
            ["last_name"] = person.LastName,
            ["username"] = person.Login,
            ["language_code"] = person.Language,
        }.ToJsonString();
}
