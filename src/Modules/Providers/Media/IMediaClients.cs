using NetRoom.Catalog;

namespace NetRoom.Providers.Media;

/// <summary>
/// Clients for all that is not text. Each throws <see cref="ProviderException"/> and nothing else but cancellation; so do
/// these methods, at once, when the provider is unknown, has no key, or does not do this with that model.
/// </summary>
public interface IMediaClients
{
    /// <summary>True if the provider has what it needs and an adapter for the model's kind.</summary>
    bool CanRun(ModelInfo model);

    /// <summary>Images at once or through a job that the client follows; one door for both.</summary>
    IImageClient Images(ModelInfo model);

    ISpeechClient Speech(ModelInfo model);

    /// <summary>Sound effects and music that come at once.</summary>
    ISoundClient Sounds(ModelInfo model);

    ITranscriptionClient Transcription(ModelInfo model);

    IEmbeddingClient Embeddings(ModelInfo model);

    /// <summary>Video, and images of providers that only take jobs.</summary>
    IMediaJobClient Jobs(ModelInfo model);
}
