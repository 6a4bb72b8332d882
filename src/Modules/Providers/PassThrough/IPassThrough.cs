using Microsoft.Extensions.AI;
using NetRoom.Catalog;

namespace NetRoom.Providers.PassThrough;

/// <summary>A program's request, for a provider that speaks the program's own protocol.</summary>
/// <param name="Body">The request's JSON, an object. It must stay as it is until the call is disposed.</param>
/// <param name="Stream">A stream was asked for.</param>
/// <param name="MaxOutputTokens">Replaces the caller's own limit.</param>
public sealed record PassThroughRequest(
    WireProtocol Protocol,
    ReadOnlyMemory<byte> Body,
    bool Stream,
    int MaxOutputTokens
)
{
    /// <summary>The caller wants a chunk of usage at the end (stream_options.include_usage).</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The caller's anthropic-version: what the request says depends on it. Null: ours.</summary>
    public string? Version { get; init; }

    /// <summary>What of it not every provider of the protocol takes.</summary>
    public PassageNeeds Needs { get; init; }

    /// <summary>How often the provider may search the web; replaces the caller's own limit where there is a search.</summary>
    public int MostSearches { get; init; }

    /// <summary>The caller's anthropic-beta, names divided by commas; those of Providers:{Id}:Betas go on, to Anthropic alone.</summary>
    public string? Betas { get; init; }

    /// <summary>Whose calls belong together: they go the same way, where a prompt may be cached.</summary>
    public string? Sticky { get; init; }
}

/// <summary>The way past the adapters, for requests that need no translation. Only Generation may call it.</summary>
public interface IPassThrough
{
    /// <summary>True if one of the model's routes that are set up speaks the protocol and has what the request needs.</summary>
    bool Speaks(ModelInfo model, WireProtocol protocol, PassageNeeds needs = PassageNeeds.None);

    /// <summary>When the caller hangs up: true to read the answer to its end, false to cut the provider off.</summary>
    bool Drains(ModelInfo model);

    /// <exception cref="ProviderException">The provider is not set up.</exception>
    PassThroughCall Call(ModelInfo model, PassThroughRequest request);
}

/// <summary>What of an answer has come so far, for its price.</summary>
public sealed class AnswerReading
{
    /// <summary>The last that was said; null when the provider said nothing.</summary>
    public UsageDetails? Usage { get; set; }

    /// <summary>Null until the provider has said why it stopped.</summary>
    public ChatFinishReason? Finish { get; set; }

    /// <summary>Characters of ASCII in text, reasoning and arguments of tools.</summary>
    public long Ascii { get; set; }

    /// <summary>All other characters in them.</summary>
    public long Other { get; set; }

    /// <summary>There is text that is not white space.</summary>
    public bool HasText { get; set; }

    public bool HasToolCalls { get; set; }

    /// <summary>Searches of the web that were seen on the way; what the provider's usage counts goes before them.</summary>
    public long Searches { get; set; }

    /// <summary>The model said no in words of its own.</summary>
    public bool Refused { get; set; }

    /// <summary>Another attempt begins; usage stays until it tells its own.</summary>
    internal void Forget()
    {
        Restart();
        (Finish, Refused) = (null, false);
    }

    public void Restart() =>
        (Ascii, Other, HasText, HasToolCalls, Searches) = (0, 0, false, false, 0);
}
