using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NetRoom.Providers.Errors;

/// <summary>What a provider said of a failure, whatever the shape it said it in.</summary>
internal sealed record ErrorBody(
    string? Message = null,
    string? Type = null,
    string? Code = null,
    int? Status = null,
    TimeSpan? RetryAfter = null
)
{
    public const int DetailBytes = 2048;

    /// <summary>Never throws: what is not JSON becomes the message itself.</summary>
    public static ErrorBody Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            return FromRoot(document.RootElement);
        }
        // JsonElement.GetString refuses lone surrogates with InvalidOperationException.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, DetailBytes)]).Trim();
            return new ErrorBody(text.Length == 0 ? null : text);
        }
    }

    private static ErrorBody FromRoot(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            root = root[0];
        if (root.ValueKind == JsonValueKind.String)
            return new ErrorBody(root.GetString());
        if (root.ValueKind != JsonValueKind.Object)
            return new ErrorBody();
        if (Member(root, "response") is { ValueKind: JsonValueKind.Object } response)
            root = Member(response, "error") is null ? root : response;
        return Member(root, "error") switch
        {
            { ValueKind: JsonValueKind.Object } error => FromObject(error),
            { ValueKind: JsonValueKind.String } text => FromObject(root) with
            {
                Message = text.GetString(),
            },
            _ => FromObject(root),
        };
    }

    private static ErrorBody FromObject(JsonElement error)
    {
        var code = Text(error, "code");
        var metadata = Member(error, "metadata");
        var type =
            (metadata is { } meta ? Text(meta, "error_type") : null)
            ?? Text(error, "type")
            ?? Text(error, "status")
            // ElevenLabs, then Stability.
            ?? (Member(error, "detail") is { } inner ? Text(inner, "status") : null)
            ?? Text(error, "name");
        var number =
            int.TryParse(code, CultureInfo.InvariantCulture, out var status)
            && status is >= 400 and <= 599
                ? status
                : (int?)null;
        var found = new ErrorBody(
            Text(error, "message") ?? Detail(error) ?? Listed(error),
            type,
            number is null ? code : null,
            number
        );
        return Member(error, "details") is { ValueKind: JsonValueKind.Array } details
            ? WithGoogleDetails(found, details)
            : found;
    }

    // google.rpc: the wait and the true reason are in typed details.
    private static ErrorBody WithGoogleDetails(ErrorBody found, JsonElement details)
    {
        foreach (var detail in details.EnumerateArray())
        {
            if (detail.ValueKind != JsonValueKind.Object)
                continue;
            if (
                Text(detail, "retryDelay") is { } delay
                && double.TryParse(
                    delay.TrimEnd('s'),
                    CultureInfo.InvariantCulture,
                    out var seconds
                )
            )
                found = found with { RetryAfter = RetryHint.FromSeconds(seconds) };
            if (Text(detail, "reason") is { } reason)
                found = found with { Code = reason };
        }
        return found;
    }

    // FastAPI's "detail" is a text, or a list whose items also echo the input: only their messages are taken.
    private static string? Detail(JsonElement error) =>
        Member(error, "detail") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Array } list => string.Join(
                "; ",
                list.EnumerateArray().Select(item => Text(item, "msg"))
            ),
            { ValueKind: JsonValueKind.Object } item => Text(item, "message") ?? Text(item, "msg"),
            _ => null,
        };

    private static string? Listed(JsonElement error) =>
        Member(error, "errors") is { ValueKind: JsonValueKind.Array } list
            ? string.Join(
                "; ",
                list.EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString())
            )
            : null;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var member)
        && member.ValueKind != JsonValueKind.Null
            ? member
            : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => null,
        };
}
