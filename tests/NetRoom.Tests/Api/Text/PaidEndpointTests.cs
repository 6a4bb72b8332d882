using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Api.Calls;
using NetRoom.Api.Idempotency;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>Every address under /v1, and that each one that reaches a provider is held for and settled.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PaidEndpointTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    private const string Transcriptions = "POST /v1/audio/transcriptions";

    /// <summary>What reaches no provider; whoever adds a line says that it does not.</summary>
    private static readonly string[] Free =
    [
        "GET /v1/balance",
        "GET /v1/generations/{id}",
        "GET /v1/models",
        "GET /v1/models/{id}",
        "GET /v1/usage",
        // What no other takes: 404 and 405.
        " /v1/{**path}",
        "POST /v1/messages/count_tokens",
        "POST /v1/quote",
    ];

    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["POST /v1/chat/completions"] = TextApi.ChatBody("sandbox-echo", ""),
        ["POST /v1/messages"] = TextApi.MessagesBody("sandbox-echo", ""),
        ["POST /v1/responses"] = """{"model":"sandbox-echo","input":"Hello"}""",
        ["POST /v1/embeddings"] = """{"model":"sandbox-embed","input":"Hello"}""",
        ["POST /v1/images/generations"] = """{"model":"sandbox-image","prompt":"A heron"}""",
        ["POST /v1/images/edits"] =
            """{"model":"sandbox-image","prompt":"A heron","images":[{"image_url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}]}""",
        ["POST /v1/audio/speech"] =
            """{"model":"sandbox-speech","input":"Hello","voice":"alloy"}""",
        [Transcriptions] = "",
    };

    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    [BillingFailure(16)]
    public async Task Each_endpoint_is_known_to_be_free_or_goes_through_the_wallet()
    {
        var poor = await api.Node.KeyAsync();
        foreach (var endpoint in Endpoints())
        {
            var address = Address(endpoint);
            if (endpoint.Metadata.GetMetadata<PaidThroughGeneration>() is null)
            {
                Free.ShouldContain(address);
                continue;
            }
            Free.ShouldNotContain(address);
            endpoint.Metadata.GetMetadata<RunsOnce>().ShouldNotBeNull(address);
            Bodies.Keys.ShouldContain(address);
            var path = endpoint.RoutePattern.RawText!;
            var body = Bodies[address];

            var reply = await SendAsync(path, body, api.Key);
            reply.Status.ShouldBe(200, reply.Body);
            var run = Guid.Parse(reply.Header("x-generation-id")!);
            (
                await api.Database.ScalarAsync<bool>(
                    $"""
                    SELECT h.state = 1 AND h.captured = r.charged_micro AND r.charged_micro > 0
                      FROM generation.run r JOIN billing.hold h ON h.id = r.hold_id AND h.job_id = r.id
                     WHERE r.id = '{run}'
                    """
                )
            ).ShouldBeTrue(address);
            (await SendAsync(path, body, poor.Secret)).Status.ShouldBe(402, address);
        }
        Endpoints().Select(Address).ShouldBe(Free.Concat(Bodies.Keys), ignoreOrder: true);
        await api.PaidAsync();
    }

    [Fact]
    [BillingFailure(17, 18)]
    public async Task A_request_that_names_itself_is_charged_once()
    {
        var (path, body) = ("/v1/chat/completions", TextApi.ChatBody("sandbox-echo", ""));
        var first = await api.Node.PostAsync(path, api.Key, body, ("Idempotency-Key", "a"));
        var again = await api.Node.PostAsync(path, api.Key, body, ("Idempotency-Key", "a"));
        (first.Status, again.Status).ShouldBe((200, 200));
        again.Body.ShouldBe(first.Body);
        (await api.PaidAsync()).ToInvariantNumber().ShouldBe(first.Header("x-cost-rub"));
    }

    /// <summary>Without a body it is a recording in a form.</summary>
    private async Task<ApiReply> SendAsync(string path, string body, string key)
    {
        if (body.Length > 0)
            return await api.Node.PostAsync(path, key, body);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("sandbox-transcribe"), "model" },
            { new ByteArrayContent(new byte[40_000]), "file", "words.mp3" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(api.Address, path))
        {
            Content = form,
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        using var response = await api.Node.Http.SendAsync(request);
        return await ApiReply.OfAsync(response);
    }

    private IEnumerable<RouteEndpoint> Endpoints() =>
        api
            .Node.App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint =>
                endpoint.RoutePattern.RawText?.StartsWith("/v1", StringComparison.Ordinal) == true
            );

    private static string Address(RouteEndpoint endpoint) =>
        $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Single()} {endpoint.RoutePattern.RawText}";
}
