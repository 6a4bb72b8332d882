using System.Text.Json;
using NetRoom.Sandbox.Media.OpenAi;

namespace NetRoom.Sandbox.Media.Gemini;

/// <summary>generateContent for pictures and speech, batchEmbedContents for vectors.</summary>
internal static class GeminiParts
{
    private const int PictureTokens = 1_120;
    private const int TokensOfInput = 258;
    private const int Usual = 64;

    public static IResult Draw(MediaAsk ask)
    {
        if (Parts(ask) is not { } parts || !Wants(ask, "IMAGE"))
            return Invalid("contents and responseModalities with IMAGE are required.");
        var prompt = string.Concat(parts.Select(Text));
        var text = Tokenizer.Count(prompt);
        var pictures =
            parts.Count(part => part.TryGetProperty("inlineData", out _)) * TokensOfInput;
        ask.Call.InputTokens = text + pictures;
        if (ask.Model.Fault == MediaFault.Filtered)
            return Refusal(text);
        ask.Call.Units["image_output"] = PictureTokens;
        var picture = MadeUp.Picture(
            prompt + Config(ask, "seed"),
            Ratio(ask) == "9:16" ? "768x1376" : "1024x1024"
        );
        return MediaAnswers.Camel(
            new
            {
                candidates = new[]
                {
                    new
                    {
                        index = 0,
                        finishReason = "STOP",
                        content = new
                        {
                            role = "model",
                            parts = new object[]
                            {
                                new { text = "Here it is.", thoughtSignature = "Eo0H" },
                                new { inlineData = new { mimeType = "image/png", data = picture } },
                            },
                        },
                    },
                },
                usageMetadata = new
                {
                    promptTokenCount = text + pictures,
                    promptTokensDetails = new[]
                    {
                        new { modality = "TEXT", tokenCount = text },
                        new { modality = "IMAGE", tokenCount = pictures },
                    },
                    candidatesTokenCount = PictureTokens + 5,
                    candidatesTokensDetails = new[]
                    {
                        new { modality = "IMAGE", tokenCount = PictureTokens },
                    },
                    thoughtsTokenCount = 11,
                    totalTokenCount = text + pictures + PictureTokens + 16,
                },
                modelVersion = ask.Model.Name,
            }
        );
    }

    public static IResult Speak(MediaAsk ask)
    {
        if (Parts(ask) is not { } parts || !Wants(ask, "AUDIO"))
            return Invalid("contents and responseModalities with AUDIO are required.");
        if (!ask.Json.GetProperty("generationConfig").TryGetProperty("speechConfig", out _))
            return Invalid("speechConfig is required.");
        var words = string.Concat(parts.Select(Text));
        var tokens = Tokenizer.Count(words);
        ask.Call.InputTokens = tokens;
        if (ask.Model.Fault == MediaFault.Filtered)
            return Refusal(tokens);
        ask.Call.Units["audio_output"] = tokens * 10;
        return MediaAnswers.Camel(
            new
            {
                candidates = new[]
                {
                    new
                    {
                        finishReason = "STOP",
                        content = new
                        {
                            role = "model",
                            parts = new[]
                            {
                                new
                                {
                                    inlineData = new
                                    {
                                        mimeType = "audio/L16;codec=pcm;rate=24000",
                                        data = MadeUp.Samples(words, 300),
                                    },
                                },
                            },
                        },
                    },
                },
                usageMetadata = new
                {
                    promptTokenCount = tokens,
                    candidatesTokenCount = tokens * 10,
                    candidatesTokensDetails = new[]
                    {
                        new { modality = "AUDIO", tokenCount = tokens * 10 },
                    },
                    totalTokenCount = tokens * 11,
                },
            }
        );
    }

    /// <summary>Without any usage, as Google does; vectors are not of length 1.</summary>
    public static IResult Embed(MediaAsk ask)
    {
        if (
            !ask.Json.TryGetProperty("requests", out var requests)
            || requests.ValueKind != JsonValueKind.Array
        )
            return Invalid("requests are required.");
        var vectors = new List<object>();
        foreach (var request in requests.EnumerateArray())
        {
            if (request.GetProperty("model").GetString() != "models/" + ask.Model.Name)
                return Invalid("The model of a request differs from the model of the batch.");
            var size = request.TryGetProperty("outputDimensionality", out var asked)
                ? asked.GetInt32()
                : Usual;
            var text = string.Concat(
                request.GetProperty("content").GetProperty("parts").EnumerateArray().Select(Text)
            );
            ask.Call.InputTokens += Tokenizer.Count(text);
            vectors.Add(
                new { values = OpenAiEmbeddings.Vector(text, size).Select(value => value * 2) }
            );
        }
        return MediaAnswers.Camel(new { embeddings = vectors });
    }

    private static IResult Refusal(int tokens) =>
        MediaAnswers.Camel(
            new
            {
                candidates = new[] { new { finishReason = "IMAGE_SAFETY", content = new { } } },
                usageMetadata = new { promptTokenCount = tokens, totalTokenCount = tokens },
            }
        );

    private static IResult Invalid(string message) =>
        GeminiMedia.Error(MediaTrouble.BadRequest, message);

    private static List<JsonElement>? Parts(MediaAsk ask) =>
        ask.Json.ValueKind == JsonValueKind.Object
        && ask.Json.TryGetProperty("contents", out var contents)
        && contents.GetArrayLength() > 0
            ?
            [
                .. contents
                    .EnumerateArray()
                    .SelectMany(content => content.GetProperty("parts").EnumerateArray()),
            ]
            : null;

    private static bool Wants(MediaAsk ask, string modality) =>
        ask.Json.TryGetProperty("generationConfig", out var config)
        && config.TryGetProperty("responseModalities", out var modalities)
        && modalities.EnumerateArray().Any(one => one.GetString() == modality);

    private static string? Ratio(MediaAsk ask) =>
        ask.Json.GetProperty("generationConfig").TryGetProperty("imageConfig", out var config)
        && config.TryGetProperty("aspectRatio", out var ratio)
            ? ratio.GetString()
            : null;

    private static string? Config(MediaAsk ask, string name) =>
        ask.Json.GetProperty("generationConfig").TryGetProperty(name, out var value)
            ? value.ToString()
            : null;

    private static string Text(JsonElement part) =>
        part.TryGetProperty("text", out var text) ? text.GetString() ?? "" : "";
}
