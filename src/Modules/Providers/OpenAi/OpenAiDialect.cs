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

internal enum SearchStyle
{
    /// <summary>No web search through chat completions.</summary>
    None,

    /// <summary>web_search_options</summary>
    Options,

    /// <summary>plugins: [{id: "web"}]</summary>
    Plugin,
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

    /// <summary>Reasoning models refuse temperature and its like.</summary>
    public bool FixedSampling { get; init; }

    /// <summary>completion_tokens does not hold the reasoning tokens.</summary>
    public bool ReasoningOutside { get; init; }

    /// <summary>random_seed instead of seed.</summary>
    public bool RandomSeed { get; init; }

    /// <summary>Files are document_url and sound is bare base64.</summary>
    public bool DocumentUrls { get; init; }

    /// <summary>Takes a schema for the answer; without it the schema goes into the instructions.</summary>
    public bool Schemas { get; init; } = true;

    /// <summary>Wants the reasoning of a turn with tool calls back, as text.</summary>
    public bool ReasoningWithTools { get; init; }

    /// <summary>Wants reasoning_details back unchanged.</summary>
    public bool ReasoningDetails { get; init; }

    public EffortStyle Effort { get; init; }

    public SearchStyle Search { get; init; }

    public static OpenAiDialect Of(string name) =>
        name.ToUpperInvariant() switch
        {
            "OPENAI" or "SANDBOX-OPENAI" => new()
            {
                CompletionTokens = true,
                DeveloperRole = true,
                FixedSampling = true,
                Obfuscates = true,
                Search = SearchStyle.Options,
            },
            "XAI" => new() { CompletionTokens = true, ReasoningOutside = true },
            "GROQ" or "GEMINI" or "GOOGLE" => new() { CompletionTokens = true },
            "OPENROUTER" => new()
            {
                Effort = EffortStyle.Object,
                ReasoningDetails = true,
                Search = SearchStyle.Plugin,
            },
            "DEEPSEEK" => new()
            {
                Effort = EffortStyle.Thinking,
                ReasoningWithTools = true,
                Schemas = false,
            },
            "MISTRAL" => new()
            {
                StreamOptions = false,
                RandomSeed = true,
                DocumentUrls = true,
            },
            _ => new(),
        };
}
