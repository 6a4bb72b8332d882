using System.Text.Json;
using System.Text.Json.Serialization;
using NetRoom.Kernel;

namespace NetRoom.Billing.Ledger;

/// <summary>How quotes and charge lines lie in jsonb: units by name, money as a whole count of micro-roubles.</summary>
internal static class LedgerJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter(), new MicroRoubles() },
    };

    public static string Write(Quote quote) => JsonSerializer.Serialize(quote, Options);

    public static string Write(IReadOnlyList<ChargeLine> lines) =>
        JsonSerializer.Serialize(lines, Options);

    public static Quote ReadQuote(string json) => JsonSerializer.Deserialize<Quote>(json, Options)!;

    public static IReadOnlyList<ChargeLine> ReadLines(string json) =>
        JsonSerializer.Deserialize<ChargeLine[]>(json, Options)!;

    private sealed class MicroRoubles : JsonConverter<Money>
    {
        public override Money Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) => new(reader.GetInt64());

        public override void Write(
            Utf8JsonWriter writer,
            Money value,
            JsonSerializerOptions options
        ) => writer.WriteNumberValue(value.Micro);
    }
}
