using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Routing;

/// <summary>Where text comes from: the providers that are set up, speak a protocol with an adapter and, if local, answer.</summary>
internal sealed class TextTargets(
    ProviderTargets targets,
    IEnumerable<ChatProtocol> protocols,
    OllamaModels ollama
)
{
    private readonly ChatProtocol[] protocols = [.. protocols];

    public ProviderTarget? Find(string providerId) =>
        targets.Find(providerId) is { } target
        && (!ProviderTargets.IsOllama(providerId) || ollama.Names is not null)
        && Array.Exists(protocols, it => it.Name == target.Protocol)
            ? target
            : null;

    public ChatProtocol ProtocolOf(ProviderTarget target) =>
        Array.Find(protocols, it => it.Name == target.Protocol)!;
}
