namespace NetRoom.Providers.OpenAi;

internal enum EffortStyle
{
    /// <summary>reasoning_effort</summary>
    Field,

    /// <summary>reasoning: {effort}</summary>
    Object,

    /// <summary>thinking: {type}, and reasoning_effort beside it</summary>
    Thinking,
}

/// <summary>In what the providers that speak chat completions differ.</summary>
internal sealed record OpenAiDialect
{
    /// <summary>max_completion_tokens instead of max_tokens.</summary>
    public bool CompletionTokens { get; init; }

    /// <summary>Knows stream_options; Mistral answers 422 to fields that it does not know.</summary>
    public bool StreamOptions { get; init; } = true;

    /// <summary>Can be told to leave out its random padding.</summary>
    public bool Obfuscates { get; init; }

    /// <summary>Reasoning models take instructions from "developer".</summary>
    public bool DeveloperRole { get; init; }

    /// <summary>completion_tokens does not hold the reasoning tokens.</summary>
    public bool ReasoningOutside { get; init; }

    /// <summary>random_seed instead of seed.</summary>
    public bool RandomSeed { get; init; }

    public EffortStyle Effort { get; init; }

    public static OpenAiDialect Of(string name) =>
        name.ToUpperInvariant() switch
        {
            "OPENAI" => new()
            {
                CompletionTokens = true,
                DeveloperRole = true,
                Obfuscates = true,
            },
            "XAI" => new() { CompletionTokens = true, ReasoningOutside = true },
            "GROQ" or "GEMINI" or "GOOGLE" => new() { CompletionTokens = true },
            "OPENROUTER" => new() { Effort = EffortStyle.Object },
            "DEEPSEEK" => new() { Effort = EffortStyle.Thinking },
            "MISTRAL" => new() { StreamOptions = false, RandomSeed = true },
            _ => new(),
        };
}
