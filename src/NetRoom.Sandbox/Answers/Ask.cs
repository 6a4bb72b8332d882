namespace NetRoom.Sandbox.Answers;

internal enum Protocol
{
    OpenAi,
    Anthropic,
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
}
