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

/// <summary>What a request has that passes to some providers only. The others are spoken to by their adapters.</summary>
[Flags]
public enum PassageNeeds
{
    None = 0,

    /// <summary>Addresses of pictures or files, which the provider is to fetch. A local server is not let: it stands in our network.</summary>
    Links = 1,

    /// <summary>The provider is to search the web.</summary>
    Search = 2,
}
