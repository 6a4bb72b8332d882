using Microsoft.Extensions.DependencyInjection;
using NetRoom.Providers.Media.Bfl;
using NetRoom.Providers.Media.ElevenLabs;
using NetRoom.Providers.Media.Gemini;
using NetRoom.Providers.Media.Kling;
using NetRoom.Providers.Media.Mistral;
using NetRoom.Providers.Media.OpenAi;
using NetRoom.Providers.Media.Replicate;
using NetRoom.Providers.Media.Runway;
using NetRoom.Providers.Media.Stability;
using NetRoom.Providers.Media.Wire;
using NetRoom.Providers.Media.Xai;

namespace NetRoom.Providers.Media;

/// <summary>The list of media adapters: a provider is one folder and one entry here.</summary>
internal static class MediaProtocols
{
    public static void AddMedia(this IServiceCollection services)
    {
        services.AddSingleton<MediaDirectory>();
        services
            .AddHttpClient(
                ForeignHosts.HttpClientName,
                client => client.Timeout = Timeout.InfiniteTimeSpan
            )
            .ConfigurePrimaryHttpMessageHandler(ForeignHosts.Handler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The factory's loggers write addresses, and a signed address is a key.
            .RemoveAllLoggers();
        foreach (var protocol in All)
            services.AddSingleton(protocol);
    }

    private static IReadOnlyList<MediaProtocol> All { get; } =
    [
        new("openai", "/openai/v1")
        {
            Images = route => new OpenAiImageClient(route),
            Speech = route => new OpenAiSpeechClient(route),
            Transcription = route => new OpenAiTranscriptionClient(route),
            Embeddings = route => new OpenAiEmbeddingClient(route),
        },
        new("mistral", "/mistral/v1")
        {
            Speech = route => new MistralSpeechClient(route),
            Transcription = route => new MistralTranscriptionClient(route),
            Embeddings = route => new MistralEmbeddingClient(route),
        },
        new("ollama", "/openai/v1") { Embeddings = route => new OpenAiEmbeddingClient(route) },
        new("xai", "/xai/v1")
        {
            Images = route => new XaiImageClient(route),
            Jobs = route => new XaiVideoClient(route),
        },
        new("bfl", "/bfl/v1") { Jobs = route => new BflImageClient(route) },
        new("stability", "/stability") { Images = route => new StabilityImageClient(route) },
        new("replicate", "/replicate/v1") { Jobs = route => new ReplicateImageClient(route) },
        new("runway", "/runway") { Jobs = route => new RunwayVideoClient(route) },
        new("kling", "/kling") { Jobs = route => new KlingVideoClient(route) },
        new("elevenlabs", "/elevenlabs")
        {
            Speech = route => new ElevenLabsSpeechClient(route),
            Sounds = route => new ElevenLabsSoundClient(route),
            Transcription = route => new ElevenLabsTranscriptionClient(route),
        },
        new("gemini", "/gemini/v1beta")
        {
            Images = route => new GeminiImageClient(route),
            Speech = route => new GeminiSpeechClient(route),
            Embeddings = route => new GeminiEmbeddingClient(route),
            Jobs = route => new GeminiVideoClient(route),
        },
    ];
}
