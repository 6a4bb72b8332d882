using System.Text.Json.Serialization;

namespace NetRoom.Sandbox;

/// <summary>How a call ended, seen from the provider.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallOutcome>))]
public enum CallOutcome
{
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>The provider dropped the connection in the middle.</summary>
    [JsonStringEnumMemberName("cut")]
    Cut,

    /// <summary>The provider answered with an error, at once or in the stream.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("client_gone")]
    ClientGone,

    /// <summary>The sandbox itself was shut down.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,
}

/// <summary>One call as the provider would bill it. Holds counts only, never a word of the conversation.</summary>
public sealed class Call
{
    public required long Id { get; init; }
    public required string Protocol { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The sandbox key of the caller, so that a test can see which key of a pool was used.</summary>
    public string Key { get; set; } = "";
    public string Model { get; set; } = "";
    public bool Stream { get; set; }
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>All tokens of the prompt, those read from or written to a cache included.</summary>
    public int InputTokens { get; set; }
    public int CachedTokens { get; set; }
    public int CacheWrittenTokens { get; set; }

    /// <summary>Tokens produced, reasoning included.</summary>
    public int OutputTokens { get; private set; }
    public int ReasoningTokens { get; private set; }
    public int ToolCalls { get; private set; }
    public int SearchCalls { get; private set; }
    public CallOutcome Outcome { get; private set; }
    public DateTimeOffset? FirstTokenAt { get; private set; }
    public DateTimeOffset? EndedAt { get; private set; }

    internal void Produced(int tokens, bool reasoning, TimeProvider clock)
    {
        FirstTokenAt ??= clock.GetUtcNow();
        OutputTokens += tokens;
        ReasoningTokens += reasoning ? tokens : 0;
    }

    internal void Searched() => SearchCalls++;

    internal void CalledTool() => ToolCalls++;

    /// <summary>A restarted message is counted from its second beginning.</summary>
    internal void StartOver() => (OutputTokens, ReasoningTokens) = (0, 0);

    internal void End(CallOutcome outcome, TimeProvider clock)
    {
        if (EndedAt is null)
        {
            Outcome = outcome;
            EndedAt = clock.GetUtcNow();
        }
    }
}
