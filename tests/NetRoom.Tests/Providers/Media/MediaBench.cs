using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

/// <summary>The module as the application has it, in front of a server that plays all providers of media.</summary>
internal sealed class MediaBench : IAsyncDisposable
{
    public const string Key = "sandbox-media-key";

    private readonly IHost host;

    private MediaBench(IHost host) => this.host = host;

    public IMediaClients Clients => host.Services.GetRequiredService<IProviders>().Media;

    /// <param name="address">Of the sandbox, or of a scripted provider.</param>
    public static MediaBench Against(
        Uri address,
        TimeProvider? time = null,
        params (string Name, string Value)[] settings
    )
    {
        var catalog = new MediaCatalog(address.ToString().TrimEnd('/'));
        var values = catalog.Providers.ToDictionary(
            provider => $"Providers:{provider.Id}:ApiKey",
            string? (_) => Key
        );
        values["Providers:RetryDelay"] = "00:00:00.001";
        values["Providers:PollDelay"] = "00:00:00.001";
        values["Providers:Ollama:BaseUrl"] = catalog.FindProvider("ollama")!.BaseUrl;
        foreach (var (name, value) in settings)
            values[name] = value;
        return new(ProviderBench.Build(values, catalog, time));
    }

    public static ModelInfo Model(
        string provider,
        string wireName,
        ModelGroup group = ModelGroup.Image
    ) => FakeCatalog.Model(provider) with { WireName = wireName, Group = group };

    public IImageClient Images(string provider, string model = "image-sandbox") =>
        Clients.Images(Model(provider, model));

    public ISpeechClient Speech(string provider, string model = "speech-sandbox") =>
        Clients.Speech(Model(provider, model, ModelGroup.Audio));

    public ITranscriptionClient Transcription(
        string provider,
        string model = "transcribe-sandbox"
    ) => Clients.Transcription(Model(provider, model, ModelGroup.Audio));

    public IEmbeddingClient Embeddings(string provider, string model = "embed-sandbox") =>
        Clients.Embeddings(Model(provider, model, ModelGroup.Embeddings));

    public IMediaJobClient Jobs(string provider, string model) =>
        Clients.Jobs(Model(provider, model, ModelGroup.Video));

    public ValueTask DisposeAsync()
    {
        host.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Every provider of media, at one address with the paths that the sandbox has.</summary>
internal sealed class MediaCatalog(string address) : ICatalog
{
    public IReadOnlyList<ProviderInfo> Providers { get; } =
    [
        .. Paths.Select(one => new ProviderInfo(
            one.Id,
            one.Id,
            one.Protocol,
            address + one.Path,
            IsSandbox: false
        )),
    ];

    private static (string Id, string Protocol, string Path)[] Paths =>
        [
            ("openai", "openai", "/openai/v1"),
            ("google", "gemini", "/gemini/v1beta"),
            ("mistral", "openai", "/mistral/v1"),
            ("ollama", "openai", "/openai/v1"),
            ("xai", "openai", "/xai/v1"),
            ("bfl", "bfl", "/bfl/v1"),
            ("stability", "stability", "/stability"),
            ("replicate", "replicate", "/replicate/v1"),
            ("runway", "runway", "/runway"),
            ("kling", "kling", "/kling"),
            ("elevenlabs", "elevenlabs", "/elevenlabs"),
        ];

    public IReadOnlyList<ModelInfo> Models => [];

    public ModelInfo? Find(string modelId) => null;

    public ProviderInfo? FindProvider(string providerId) =>
        Providers.FirstOrDefault(provider => provider.Id == providerId);

    public PriceVersion? PriceAt(string modelId, DateTimeOffset at) => null;
}

internal static class MediaAccounts
{
    /// <summary>What the sandbox counted for the last call to a model.</summary>
    public static async Task<long> CountedAsync(
        this SandboxServer sandbox,
        string model,
        string unit
    ) =>
        (await sandbox.LastCallAsync(model))
            .GetProperty("units")
            .TryGetProperty(unit, out var count)
            ? count.GetInt64()
            : 0;

    /// <summary>How many calls a model had.</summary>
    public static async Task<int> CallsAsync(this SandboxServer sandbox, string model)
    {
        var calls = await sandbox.Http.GetStringAsync(
            new Uri(sandbox.Address, "/_sandbox/calls?since=0")
        );
        using var document = JsonDocument.Parse(calls);
        return document
            .RootElement.EnumerateArray()
            .Count(call => call.GetProperty("model").GetString() == model);
    }

    public static async Task<(byte[] Audio, string Type, MediaUsage Usage)> CollectAsync(
        this IAsyncEnumerable<AudioUpdate> updates
    )
    {
        using var audio = new MemoryStream();
        AudioUpdate? last = null;
        await foreach (var update in updates)
        {
            audio.Write(update.Audio.Span);
            last = update;
        }
        return (audio.ToArray(), last!.MediaType, last.Usage!);
    }

    public static async Task<ProviderException> FailsAsync(Func<Task> action) =>
        await Should.ThrowAsync<ProviderException>(action);
}
