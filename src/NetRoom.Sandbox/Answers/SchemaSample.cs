using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Answers;

/// <summary>Valid JSON for a schema, the same each time.</summary>
internal sealed class SchemaSample
{
    private const int Deepest = 24;

    private readonly JsonElement root;
    private readonly Func<string, string?> said;
    private readonly Utf8JsonWriter json;

    private SchemaSample(JsonElement root, Func<string, string?> said, Utf8JsonWriter json) =>
        (this.root, this.said, this.json) = (root, said, json);

    public static string Text(JsonElement schema) => Text(schema, _ => null);

    /// <param name="schema">A JSON schema, in lower case or as Google writes its types.</param>
    /// <param name="said">The value that the question gives a property; null if it gives none.</param>
    public static string Text(JsonElement schema, Func<string, string?> said)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.AsItIs))
        {
            new SchemaSample(schema, said, writer).Write(schema, null, 0);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Write(JsonElement schema, string? value, int depth)
    {
        if (depth > Deepest || schema.ValueKind is not JsonValueKind.Object)
        {
            json.WriteNullValue();
        }
        else if (schema.TryGetProperty("const", out var constant))
        {
            constant.WriteTo(json);
        }
        else if (schema.TryGetProperty("enum", out var choices) && choices.GetArrayLength() > 0)
        {
            WriteChoice(choices, value);
        }
        else if (Other(schema) is { } other)
        {
            Write(other, value, depth + 1);
        }
        else
        {
            WriteType(schema, TypeOf(schema), value, depth);
        }
    }

    private void WriteType(JsonElement schema, string type, string? value, int depth)
    {
        switch (type)
        {
            case "object":
                WriteObject(schema, depth);
                break;
            case "array":
                json.WriteStartArray();
                for (var i = 0; i < Math.Max(1, Number(schema, "minItems") ?? 1); i++)
                {
                    Write(
                        schema.TryGetProperty("items", out var items) ? items : default,
                        value,
                        depth + 1
                    );
                }
                json.WriteEndArray();
                break;
            case "integer" or "number":
                var least =
                    Number(schema, "minimum") ?? Number(schema, "exclusiveMinimum") + 1 ?? 1;
                json.WriteNumberValue(
                    decimal.TryParse(value, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : least
                );
                break;
            case "boolean":
                json.WriteBooleanValue(!bool.TryParse(value, out var yes) || yes);
                break;
            case "null":
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(value ?? Words(schema));
                break;
        }
    }

    // What the question names, and what must be there; everything when nothing must.
    private void WriteObject(JsonElement schema, int depth)
    {
        json.WriteStartObject();
        if (schema.TryGetProperty("properties", out var properties))
        {
            var needed =
                schema.TryGetProperty("required", out var required)
                && required.ValueKind is JsonValueKind.Array
                    ? required.EnumerateArray().Select(name => name.GetString()).ToHashSet()
                    : null;
            foreach (var property in properties.EnumerateObject())
            {
                var value = said(property.Name);
                if (value is not null || needed is null || needed.Contains(property.Name))
                {
                    json.WritePropertyName(property.Name);
                    Write(property.Value, value, depth + 1);
                }
            }
        }
        json.WriteEndObject();
    }

    private void WriteChoice(JsonElement choices, string? value)
    {
        var named = choices
            .EnumerateArray()
            .FirstOrDefault(choice =>
                choice.ValueKind is JsonValueKind.String && choice.GetString() == value
            );
        (named.ValueKind is JsonValueKind.Undefined ? choices[0] : named).WriteTo(json);
    }

    private JsonElement? Other(JsonElement schema)
    {
        foreach (var name in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
        {
            if (schema.TryGetProperty(name, out var list) && list.GetArrayLength() > 0)
            {
                return list[0];
            }
        }
        if (!schema.TryGetProperty("$ref", out var reference))
        {
            return null;
        }
        var place = root;
        foreach (var name in (reference.GetString() ?? "").Split('/').Skip(1))
        {
            if (!place.TryGetProperty(name, out place))
            {
                return null;
            }
        }
        return place;
    }

    private static string TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return schema.TryGetProperty("properties", out _) ? "object" : "string";
        }
        var name =
            type.ValueKind is JsonValueKind.Array
                ? type.EnumerateArray()
                    .Select(one => one.GetString())
                    .FirstOrDefault(one => one != "null")
                : type.GetString();
        return (name ?? "null").ToLowerInvariant();
    }

    private static string Words(JsonElement schema)
    {
        var words = (
            schema.TryGetProperty("format", out var format) ? format.GetString() : null
        ) switch
        {
            "date" => "2026-11-20",
            "date-time" => "2026-11-20T10:00:00Z",
            "time" => "10:00:00Z",
            "email" => "sandbox@example.org",
            "uri" => Source.Url,
            "uuid" => "00000000-0000-4000-8000-000000000000",
            _ => "sandbox",
        };
        return words.PadRight((int)(Number(schema, "minLength") ?? 0), 'x');
    }

    private static decimal? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.Number
        && value.TryGetDecimal(out var number)
            ? number
            : null;
}
