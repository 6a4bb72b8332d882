using System.Runtime.InteropServices;
using System.Text.Json;

namespace NetRoom.Sandbox.Media.OpenAi;

/// <summary>Vectors made of words: texts that share words lie close together.</summary>
internal static class OpenAiEmbeddings
{
    private const int Usual = 64;
    private const int MostTexts = 2_048;

    public static IResult Embed(MediaAsk ask)
    {
        if (!ask.Json.TryGetProperty("input", out var input))
            return OpenAiMedia.Invalid("input is required", "input", "missing_required_parameter");
        var texts = input.ValueKind switch
        {
            JsonValueKind.String => [input.GetString()!],
            JsonValueKind.Array => input.EnumerateArray().Select(item => item.ToString()).ToArray(),
            _ => [],
        };
        if (texts.Length is 0 or > MostTexts || texts.Contains(""))
            return OpenAiMedia.Invalid("'$.input' is invalid.", "input");
        var size = ask.Number("dimensions", Usual);
        var tokens = texts.Sum(text => Tokenizer.Count(text));
        ask.Call.InputTokens = tokens;
        var isBase64 = ask.Text("encoding_format") == "base64";
        return MediaAnswers.Json(
            new
            {
                @object = "list",
                model = ask.Model.Name,
                data = texts.Select(
                    (text, index) =>
                        new
                        {
                            @object = "embedding",
                            index,
                            embedding = isBase64
                                ? Packed(Vector(text, size))
                                : (object)Vector(text, size),
                        }
                ),
                usage = new { prompt_tokens = tokens, total_tokens = tokens },
            }
        );
    }

    /// <summary>Of length 1.</summary>
    public static float[] Vector(string text, int size)
    {
        var vector = new float[size];
        foreach (
            var word in text.ToUpperInvariant()
                .Split([' ', ',', '.', '!', '?'], StringSplitOptions.RemoveEmptyEntries)
        )
        {
            uint hash = 2_166_136_261;
            foreach (var letter in word)
                hash = unchecked((hash ^ letter) * 16_777_619);
            vector[hash % (uint)size] += 1;
        }
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return length == 0 ? vector : [.. vector.Select(value => value / length)];
    }

    private static string Packed(float[] vector) =>
        Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan()));
}
