namespace NetRoom.Catalog;

/// <summary>A protocol that programs speak to us, and some providers too.</summary>
public enum WireProtocol
{
    /// <summary>OpenAI's chat completions.</summary>
    ChatCompletions,

    /// <summary>OpenAI's Responses.</summary>
    Responses,

    /// <summary>Anthropic's messages.</summary>
    Messages,
}
