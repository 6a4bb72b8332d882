namespace NetRoom.Generation;

/// <summary>Section "Generation".</summary>
public sealed class GenerationOptions
{
    /// <summary>Tokens that an answer may have where the model allows it.</summary>
    public int AnswerTokens { get; set; } = 8_192;

    /// <summary>Tokens that an answer may have when the model is asked to think.</summary>
    public int ThinkingAnswerTokens { get; set; } = 24_576;

    /// <summary>An answer that could not have this many tokens is not worth starting.</summary>
    public int LeastAnswerTokens { get; set; } = 256;

    /// <summary>After this long without a heartbeat a run counts as dead.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(2.5);
}
