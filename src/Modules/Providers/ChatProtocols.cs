using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers;

/// <summary>What a client of a wire protocol is made with.</summary>
/// <param name="Http">No redirects, no cookies, no timeout of its own: <paramref name="Target"/> has the timeouts.</param>
internal sealed record ChatRoute(
    HttpClient Http,
    ProviderTarget Target,
    ModelInfo Model,
    TimeProvider Time
);

/// <summary>A wire protocol for text.</summary>
/// <param name="Name">As the catalogue's providers name it ("openai").</param>
/// <param name="SandboxPath">Where the sandbox speaks it, after its address.</param>
/// <param name="NeedsHint">A rate limit without a wait is a spent budget there (Anthropic), not a busy moment.</param>
internal sealed record ChatProtocol(
    string Name,
    string SandboxPath,
    Func<ChatRoute, IChatClient> Create,
    bool NeedsHint = false
);
