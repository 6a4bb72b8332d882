using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Gemini;

/// <summary>A request as the sandbox understands it; unknown names are refused, as Google does.</summary>
/// <param name="ShowThoughts">Thoughts are counted in any case and come only when asked for.</param>
/// <param name="BlocksPrompt">The prompt is refused before a model sees it.</param>
internal sealed record GeminiRequest(Ask Ask, bool ShowThoughts, bool BlocksPrompt)
{
    /// <summary>A prompt with this in it is blocked.</summary>
    public const string Forbidden = "BLOCK-THIS-PROMPT";

    private static readonly string[] Fields =
    [
        "contents",
        "systemInstruction",
        "tools",
        "toolConfig",
        "generationConfig",
        "safetySettings",
        "cachedContent",
        "serviceTier",
        "model",
        "labels",
    ];

    private static readonly string[] Settings =
    [
        "maxOutputTokens",
        "temperature",
        "topP",
        "topK",
        "candidateCount",
        "stopSequences",
        "seed",
        "presencePenalty",
        "frequencyPenalty",
        "responseLogprobs",
        "logprobs",
        "mediaResolution",
        "responseModalities",
        "speechConfig",
        "imageConfig",
        "thinkingConfig",
        "responseMimeType",
        "responseSchema",
        "responseJsonSchema",
    ];

    public static GeminiRequest? Read(JsonElement body, SandboxModel model, out GeminiError? error)
    {
        error = null;
        var request = body.Camel();
        var settings = request.TryGetProperty("generationConfig", out var config)
            ? config
            : default;
        error = Unknown(request, Fields) ?? Unknown(settings, Settings);
        if (error is not null || GeminiContents.Read(request, model, out error) is not { } turns)
        {
            return null;
        }
        var most = settings.Number("maxOutputTokens");
        if (most < 1)
        {
            error = GeminiError.Invalid("max_output_tokens must be positive");
            return null;
        }
        var thinking = settings.Field("thinkingConfig");
        var (sentences, shown) = Thinking(thinking, model, ref error);
        if (error is not null)
        {
            return null;
        }
        var tools = request.Field("tools")?.GetRawText();
        var prompt = new Prompt(turns, tools is null ? 0 : Tokenizer.Count(tools));
        var ask = new Ask(Protocol.Gemini, prompt)
        {
            MaxTokens = most,
            ThoughtLength = sentences,
            Reasoning =
                sentences == 0 ? Reasoning.Off
                : thinking is null ? Reasoning.Unsaid
                : shown ? Reasoning.Shown
                : Reasoning.Hidden,
        };
        return new GeminiRequest(
            GeminiTools.Read(request, settings, ask),
            shown,
            prompt.Question.Contains(Forbidden, StringComparison.Ordinal)
        );
    }

    private static (int Sentences, bool Shown) Thinking(
        JsonElement? config,
        SandboxModel model,
        ref GeminiError? error
    )
    {
        if (config is not { } thinking)
        {
            return (6, false);
        }
        // The sandbox's family is of the third generation.
        if (thinking.Field("thinkingBudget") is not null && model.Thinks)
        {
            error = GeminiError.Invalid("Thinking budget is not supported for this model.");
        }
        var level = thinking.Text("thinkingLevel");
        var sentences = level switch
        {
            null => 6,
            "MINIMAL" => 1,
            "LOW" => 3,
            "MEDIUM" => 6,
            "HIGH" => 12,
            _ => -1,
        };
        if (sentences < 0)
        {
            error ??= GeminiError.Invalid(
                $"Invalid value at 'generation_config.thinking_config.thinking_level', \"{level}\""
            );
        }
        return (sentences, thinking.Field("includeThoughts") is { ValueKind: JsonValueKind.True });
    }

    private static GeminiError? Unknown(JsonElement element, IReadOnlyList<string> known) =>
        element.ValueKind is JsonValueKind.Object
        && element.EnumerateObject().Select(field => field.Name).Except(known).FirstOrDefault()
            is { } unknown
            ? GeminiError.Invalid(
                $"Invalid JSON payload received. Unknown name \"{unknown}\": Cannot find field."
            )
            : null;
}
