using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetRoom.Catalog;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers;

/// <summary>A client from another package, registered in one line.</summary>
public sealed class ForeignClientTests
{
    private static IProviders With(Func<ProviderEndpoint, IChatClient> create)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Providers:keyless:ApiKey"] = "k",
                ["Providers:openrouter:ApiKey"] = "k",
                ["Providers:RetryDelay"] = "00:00:00",
            }
        );
        builder.Services.AddSingleton<ICatalog>(new ForeignCatalog());
        builder.AddProviders();
        builder.Services.AddChatClient("carrier-pigeon", create);
        return builder.Build().Services.GetRequiredService<IProviders>();
    }

    [Fact]
    public async Task It_answers_with_the_key_and_name_that_the_route_has()
    {
        ProviderEndpoint? asked = null;
        var providers = With(endpoint =>
        {
            asked = endpoint;
            return new Pigeon();
        });

        providers.IsAvailable(FakeCatalog.Model("keyless")).ShouldBeTrue();
        var heard = await Heard.ListenAsync(providers.ChatClient(FakeCatalog.Model("keyless")));

        heard.Text.ShouldBe("coo");
        (asked!.Key, asked.Model.WireName, asked.BaseUrl).ShouldBe(
            ("k", "wire-model", "https://pigeons.example/v1")
        );
    }

    [Theory]
    [InlineData(401, ProviderErrorKind.Key)]
    [InlineData(429, ProviderErrorKind.RateLimited)]
    [InlineData(500, ProviderErrorKind.Overloaded)]
    [InlineData(400, ProviderErrorKind.BadRequest)]
    [InlineData(0, ProviderErrorKind.Unreachable)]
    public async Task What_it_throws_is_sorted(int status, ProviderErrorKind kind)
    {
        var providers = With(_ => new Pigeon
        {
            Failure = new HttpRequestException(
                "a word of the prompt",
                null,
                status == 0 ? null : (System.Net.HttpStatusCode)status
            ),
        });

        var heard = await Heard.ListenAsync(providers.ChatClient(FakeCatalog.Model("keyless")));

        heard.Kind.ShouldBe(kind);
        heard.Error!.Message.ShouldNotContain("prompt");
    }

    private sealed class Pigeon : IChatClient
    {
        public Exception? Failure { get; init; }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation]
                CancellationToken cancellationToken = default
        )
        {
            await Task.Yield();
            if (Failure is not null)
                throw Failure;
            yield return new ChatResponseUpdate(ChatRole.Assistant, "coo")
            {
                FinishReason = ChatFinishReason.Stop,
            };
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }

    private sealed class ForeignCatalog : ICatalog
    {
        public IReadOnlyList<ProviderInfo> Providers { get; } =
        [new("keyless", "Pigeons", "carrier-pigeon", "https://pigeons.example/v1/", false)];

        public IReadOnlyList<ModelInfo> Models => [];

        public ModelInfo? Find(string modelId) => null;

        public ProviderInfo? FindProvider(string providerId) =>
            Providers.FirstOrDefault(provider => provider.Id == providerId);

        public PriceVersion? PriceAt(string modelId, DateTimeOffset at) => null;
    }
}
