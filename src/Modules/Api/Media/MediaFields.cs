using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Calls;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Media;

namespace NetRoom.Api.Media;

/// <summary>Members of a request for media, from JSON or from a form, and what all answers have.</summary>
internal sealed class MediaFields
{
    public static readonly JsonWriterOptions AsItIs = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonElement json;
    private readonly IFormCollection? form;

    private MediaFields(JsonElement json, IFormCollection? form) =>
        (this.json, this.form) = (json, form);

    /// <exception cref="RefusedRequestException">The body is neither JSON nor a form.</exception>
    public static async Task<MediaFields> ReadAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
            return new MediaFields(
                default,
                await request.ReadFormAsync(request.HttpContext.RequestAborted)
            );
        using var body = await RequestBytes.ReadAsync(request);
        using var document = JsonDocument.Parse(body.Memory);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? new MediaFields(document.RootElement.Clone(), null)
            : throw new JsonException();
    }

    /// <summary>For members that only JSON can have.</summary>
    public JsonElement Json => json;

    public string? Text(string name) =>
        form is null ? json.Text(name)
        : form.TryGetValue(name, out var values) && values.Count > 0 ? values[0]
        : null;

    public string Needed(string name) =>
        Text(name) is { Length: > 0 } text
            ? text
            : throw RefusedRequestException.Invalid($"'{name}' is missing.", name);

    public double? Number(string name) =>
        form is null ? json.Number(name)
        : Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
        : throw RefusedRequestException.Invalid($"'{name}' must be a number.", name);

    public int? Whole(string name, int from, int to)
    {
        if (Number(name) is not { } number)
            return null;
        return number == Math.Floor(number) && number >= from && number <= to
            ? (int)number
            : throw RefusedRequestException.Invalid(
                $"'{name}' must be a whole number from {from} to {to}.",
                name
            );
    }

    public bool Flag(string name) =>
        form is null
            ? json.Flag(name) ?? false
            : Text(name) switch
            {
                null or "false" or "False" or "0" => false,
                "true" or "True" or "1" => true,
                _ => throw RefusedRequestException.Invalid(
                    $"'{name}' must be true or false.",
                    name
                ),
            };

    /// <summary>One of the words, or null.</summary>
    public string? OneOf(string name, params string[] words) =>
        Text(name) is not { } text ? null
        : Array.IndexOf(words, text) >= 0 ? text
        : throw RefusedRequestException.Invalid(
            $"'{name}' must be one of: {string.Join(", ", words)}.",
            name
        );

    /// <summary>Values of a form's list, written "name" or "name[]".</summary>
    public IEnumerable<string> List(string name) =>
        form is null
            ? json.Texts(name) ?? []
            : form[name].Concat(form[name + "[]"]).OfType<string>();

    /// <summary>Files of a form by this name, written "name" or "name[]".</summary>
    public async Task<List<MediaFile>> FilesAsync(string name)
    {
        var files = new List<MediaFile>();
        foreach (
            var file in form?.Files.Where(file => file.Name == name || file.Name == name + "[]")
                ?? []
        )
        {
            using var bytes = new MemoryStream((int)file.Length);
            await file.CopyToAsync(bytes);
            files.Add(
                new MediaFile(
                    bytes.GetBuffer().AsMemory(0, (int)bytes.Length),
                    file.ContentType is { Length: > 0 } type ? type : "application/octet-stream",
                    file.FileName
                )
            );
        }

        return files;
    }

    /// <summary>The usage object, in tokens where it was counted so, and the price in any case.</summary>
    public static void WriteUsage(Utf8JsonWriter json, DirectEnd end)
    {
        json.WriteStartObject("usage");
        if (end.Usage is { } usage && usage.Counts.Any(count => count.Unit <= UnitKind.VideoOutput))
        {
            var output =
                usage.OutputTokens
                + usage.Of(UnitKind.ImageOutput)
                + usage.Of(UnitKind.AudioOutput)
                + usage.Of(UnitKind.VideoOutput);
            var input =
                usage
                    .Counts.Where(count => count.Unit <= UnitKind.VideoOutput)
                    .Sum(count => count.Quantity) - output;
            json.WriteNumber("input_tokens", input);
            json.WriteNumber("output_tokens", output);
            json.WriteNumber("total_tokens", input + output);
            json.WriteStartObject("input_tokens_details");
            json.WriteNumber("text_tokens", usage.PromptTokens);
            json.WriteNumber("image_tokens", usage.Of(UnitKind.ImageInput));
            json.WriteEndObject();
        }

        json.WriteString("cost_rub", end.Charged.ToInvariantNumber());
        json.WriteEndObject();
    }
}
