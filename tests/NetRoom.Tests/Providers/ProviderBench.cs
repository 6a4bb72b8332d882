using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetRoom.Catalog;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers;

/// <summary>The module as the application has it, in front of a scripted provider.</summary>
internal sealed class ProviderBench : IAsyncDisposable
{
    public const string Key = "sk-very-secret-key-0123456789";

    private readonly IHost host;

    private ProviderBench(ScriptedProvider server, IHost host, FakeCatalog catalog) =>
        (Server, this.host, Catalog) = (server, host, catalog);

    public ScriptedProvider Server { get; }

    public FakeCatalog Catalog { get; }

    public IProviders Providers => host.Services.GetRequiredService<IProviders>();

    public static async Task<ProviderBench> StartAsync(
        TimeProvider? time = null,
        params (string Name, string Value)[] settings
    )
    {
        var server = await ScriptedProvider.StartAsync();
        var values = FakeCatalog.Ids.ToDictionary(
            id => $"Providers:{id}:ApiKey",
            string? (_) => Key
        );
        values["Providers:RetryDelay"] = "00:00:00.005";
        // Failing is what most of these tests are for.
        values["Providers:CircuitMinimum"] = "1000000";
        values["Providers:Ollama:BaseUrl"] = $"{server.Address}/v1";
        foreach (var (name, value) in settings)
            values[name] = value;
        var catalog = new FakeCatalog(server.Address);
        return new(server, Build(values, catalog, time), catalog);
    }

    public static IHost Build(
        IDictionary<string, string?> settings,
        ICatalog catalog,
        TimeProvider? time = null
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(catalog);
        builder.AddProviders();
        return builder.Build();
    }

    public T Service<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public Task StartHostAsync() => host.StartAsync();

    public IChatClient Client(string provider = "openai", params string[] efforts) =>
        Providers.ChatClient(FakeCatalog.Model(provider, efforts));

    /// <summary>Asks, and hears the whole answer or how it broke.</summary>
    public Task<Heard> AskAsync(
        string provider = "openai",
        ChatOptions? options = null,
        CancellationToken cancellation = default
    ) => Heard.ListenAsync(Client(provider, "low", "high"), options, null, cancellation);

    public Task<Heard> AskAsync(
        string provider,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options = null
    ) => Heard.ListenAsync(Client(provider, "low", "high"), options, messages);

    public async Task<Heard> HearAsync(string stream, string provider = "openai")
    {
        Server.NextStream(stream);
        return await AskAsync(provider);
    }

    public async ValueTask DisposeAsync()
    {
        host.Dispose();
        await Server.DisposeAsync();
    }
}

internal sealed class FakeCatalog(string address) : ICatalog
{
    public static readonly string[] Ids =
    [
        "openai",
        "openrouter",
        "deepseek",
        "mistral",
        "xai",
        "groq",
        "anthropic",
        "google",
        "responses",
    ];

    public IReadOnlyList<ProviderInfo> Providers { get; } =
    [
        .. Ids.Append("ollama")
            .Append("keyless")
            .Append("vllm")
            .Select(id => new ProviderInfo(
                id,
                id,
                ProtocolOf(id),
                $"{address}/v1/",
                IsSandbox: false
            )),
        new("sandbox-a", "A", "anthropic", "ignored", IsSandbox: true),
        new("sandbox-o", "O", "openai", "ignored", IsSandbox: true),
        new("sandbox-openai", "S", "openai", "ignored", IsSandbox: true),
        new("sandbox-google", "G", "gemini", "ignored", IsSandbox: true),
        new("sandbox-responses", "R", "openai-responses", "ignored", IsSandbox: true),
    ];

    private static string ProtocolOf(string id) =>
        id switch
        {
            "anthropic" => "anthropic",
            "google" => "gemini",
            "responses" => "openai-responses",
            _ => "openai",
        };

    public IReadOnlyList<ModelInfo> Models => [];

    public ModelInfo? Find(string modelId) => null;

    public ProviderInfo? FindProvider(string providerId) =>
        Providers.FirstOrDefault(provider =>
            string.Equals(provider.Id, providerId, StringComparison.OrdinalIgnoreCase)
        );

    public PriceVersion? PriceAt(string modelId, DateTimeOffset at) => null;

    public static ModelInfo Model(string provider, params string[] efforts) =>
        new(
            "model",
            provider,
            "wire-model",
            "Model",
            ModelGroup.Text,
            ModelStatus.Active,
            "",
            "",
            100_000,
            4_000,
            efforts,
            [],
            AdultsOnly: false,
            SuccessorId: null,
            IsSandbox: false,
            Order: 0
        );
}
