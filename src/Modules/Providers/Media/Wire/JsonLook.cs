using System.Globalization;
using System.Text.Json;

namespace NetRoom.Providers.Media.Wire;

/// <summary>Looks into a whole answer that may lack anything: what is missing or of another kind is null or undefined.</summary>
internal static class JsonLook
{
    extension(JsonElement element)
    {
        /// <summary>Undefined when there is no such member; looking further stays undefined.</summary>
        public JsonElement Look(string name) =>
            element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out var member)
                ? member
                : default;

        /// <summary>The first item of an array, else undefined.</summary>
        public JsonElement First(string name) => element.Items(name).FirstOrDefault();

        public IEnumerable<JsonElement> Items(string name) =>
            element.Look(name) is { ValueKind: JsonValueKind.Array } array
                ? array.EnumerateArray()
                : [];

        /// <summary>A string, or a number as it is written.</summary>
        public string? Text(string name)
        {
            var member = element.Look(name);
            try
            {
                return member.ValueKind switch
                {
                    JsonValueKind.String => member.GetString(),
                    JsonValueKind.Number => member.GetRawText(),
                    _ => null,
                };
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair.
                return null;
            }
        }

        /// <summary>A number, or a string that is one.</summary>
        public decimal? Number(string name) =>
            decimal.TryParse(
                element.Text(name),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : null;

        public long? Count(string name) =>
            element.Number(name) is { } number and >= 0 and <= long.MaxValue ? (long)number : null;

        /// <summary>The bytes of a base64 string, with or without the beginning of a data URL.</summary>
        public byte[]? Bytes(string name)
        {
            var member = element.Look(name);
            if (member.ValueKind != JsonValueKind.String)
                return null;
            return member.TryGetBytesFromBase64(out var bytes) ? bytes
                : element.Text(name) is { } text && DataUrl.Read(text) is { } content
                    ? content.Data.ToArray()
                : null;
        }
    }
}
