namespace NetRoom.Api.Pages;

/// <summary>The tables of the page; what is said about each is a key of the texts.</summary>
internal static class ApiPageLists
{
    public static readonly (string Address, string About)[] Endpoints =
    [
        ("POST /v1/chat/completions", "endpoint.chat"),
        ("POST /v1/responses", "endpoint.responses"),
        ("POST /v1/messages", "endpoint.messages"),
        ("POST /v1/messages/count_tokens", "endpoint.count"),
        ("POST /v1/quote", "endpoint.quote"),
        ("POST /v1/images/generations", "endpoint.images"),
        ("POST /v1/images/edits", "endpoint.edits"),
        ("POST /v1/audio/speech", "endpoint.speech"),
        ("POST /v1/audio/transcriptions", "endpoint.transcriptions"),
        ("POST /v1/embeddings", "endpoint.embeddings"),
        ("GET /v1/models", "endpoint.models"),
        ("GET /v1/balance", "endpoint.balance"),
        ("GET /v1/usage", "endpoint.usage"),
        ("GET /v1/generations/{id}", "endpoint.generation"),
    ];

    public static readonly (string Status, string About)[] Errors =
    [
        ("400", "error.400"),
        ("401", "error.401"),
        ("402", "error.402"),
        ("403", "error.403"),
        ("404", "error.404"),
        ("409", "error.409"),
        ("413", "error.413"),
        ("429", "error.429"),
        ("500", "error.500"),
        ("503", "error.503"),
    ];
}
