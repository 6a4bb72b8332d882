using System.Text.Json;

namespace NetRoom.Sandbox.Answers;

internal enum Protocol
{
    OpenAi,
    Anthropic,
    Gemini,
    Responses,
}

/// <summary>What the request says about reasoning.</summary>
internal enum Reasoning
{
    /// <summary>Nothing: the model decides.</summary>
    Unsaid,
    Off,

    /// <summary>Think, but keep it: the way of OpenAI's own chat completions.</summary>
    Hidden,
    Shown,
}

/// <summary>A request as models see it, whatever the protocol.</summary>
internal sealed record Ask(Protocol Protocol, Prompt Prompt)
{
    public Reasoning Reasoning { get; init; }

    /// <summary>How many sentences of reasoning to produce.</summary>
    public int ThoughtLength { get; init; } = 6;

    /// <summary>The most tokens the answer may have; null means the model's own limit.</summary>
    public int? MaxTokens { get; init; }

    public IReadOnlyList<ToolOffer> Tools { get; init; } = [];
    public ToolUse ToolUse { get; init; }

    /// <summary>The one tool that must be called; null when none is named.</summary>
    public string? OnlyTool { get; init; }

    /// <summary>One tool call at most.</summary>
    public bool OneCall { get; init; }

    /// <summary>The schema that the answer must fit.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>The answer must be JSON, of any shape.</summary>
    public bool Json { get; init; }

    /// <summary>The request lets the model search the web.</summary>
    public bool Searches { get; init; }
}

internal enum ToolUse
{
    Free,
    Never,
    Always,
}

/// <summary>A tool that the request offers, with the JSON schema of its arguments.</summary>
internal sealed record ToolOffer(string Name, JsonElement? Schema);
