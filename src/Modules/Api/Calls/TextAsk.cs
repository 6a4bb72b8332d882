using Microsoft.Extensions.AI;
using NetRoom.Api.Errors;
using NetRoom.Catalog;

namespace NetRoom.Api.Calls;

/// <summary>What a request for text says that matters before it runs, whatever its protocol.</summary>
internal sealed class TextAsk
{
    /// <summary>The catalogue's id.</summary>
    public string Model { get; set; } = "";

    public bool Stream { get; set; }

    /// <summary>A stream of chat completions is to end with its usage.</summary>
    public bool IncludeUsage { get; set; }

    /// <summary>The longest answer that is wanted, in tokens.</summary>
    public int? OutputLimit { get; set; }

    public PromptMeter Prompt { get; } = new();

    /// <summary>The most searches of the web that the provider may make; 0: none was asked for.</summary>
    public int Searches { get; set; }

    public PassageNeeds Needs =>
        (Prompt.HasLinks ? PassageNeeds.Links : PassageNeeds.None)
        | (Searches > 0 ? PassageNeeds.Search : PassageNeeds.None);
}

/// <summary>A request in the shapes that every adapter takes.</summary>
internal sealed record TranslatedAsk(IReadOnlyList<ChatMessage> Messages, ChatOptions Options);

/// <summary>The request cannot be served as it is; the error says why.</summary>
internal sealed class RefusedRequestException(ApiError error) : Exception(error.Code)
{
    public ApiError Error => error;

    public static RefusedRequestException Invalid(
        string message,
        string? param = null,
        string? code = null
    ) => new(ApiError.Invalid(message, param, code));

    public static RefusedRequestException Unsupported(string param, string why) =>
        new(ApiError.Invalid($"'{param}' is not supported: {why}", param, "unsupported_parameter"));
}
