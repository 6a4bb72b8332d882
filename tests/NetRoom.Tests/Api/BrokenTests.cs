using Microsoft.AspNetCore.Builder;
using NetRoom.Api.Callers;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>What an exception of ours shows to the world: a number to find it by, behind the same fences as everything else.</summary>
[Collection(PostgresCollection.Name)]
public sealed class BrokenTests(Postgres postgres) : IAsyncLifetime
{
    private static readonly string[] Fences =
    [
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Cross-Origin-Opener-Policy",
    ];

    private TestDatabase database = null!;
    private ApiNode node = null!;

    public async Task InitializeAsync()
    {
        database = await ApiNode.DatabaseAsync(postgres);
        node = await ApiNode.StartAsync(
            database,
            map: app =>
            {
                app.MapGet("/broken", string () => throw new InvalidOperationException("a secret"))
                    .AllowAnonymous();
                app.MapGroup("")
                    .ForKeys()
                    .MapGet(
                        "/v1/broken",
                        string () => throw new InvalidOperationException("a secret")
                    );
            }
        );
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("/broken", "text/html", "<code>[0-9A-Z]+:[0-9A-F]+</code>")]
    [InlineData("/broken", "application/json", "\"traceId\":\"[0-9A-Z]+:[0-9A-F]+\"")]
    public async Task A_broken_page_keeps_its_fences_and_tells_a_number_and_no_more(
        string path,
        string accept,
        string number
    )
    {
        var whole = await node.GetAsync("/health", null);
        var reply = await node.GetAsync(path, null, ("Accept", accept));

        reply.Status.ShouldBe(500);
        reply.Body.ShouldMatch(number);
        AssertFenced(reply, whole);
    }

    [Fact]
    public async Task A_broken_call_keeps_its_fences_and_tells_a_number_and_no_more()
    {
        var whole = await node.GetAsync("/health", null);
        var reply = await node.GetAsync("/v1/broken", (await node.KeyAsync()).Secret);

        reply.Status.ShouldBe(500);
        reply.Header("x-request-id")!.ShouldStartWith("req_");
        AssertFenced(reply, whole);
    }

    private static void AssertFenced(ApiReply broken, ApiReply whole)
    {
        foreach (var fence in Fences)
            broken.Header(fence).ShouldBe(whole.Header(fence).ShouldNotBeNull(), fence);
        foreach (var secret in new[] { "a secret", "InvalidOperation", "BrokenTests", " at " })
            broken.Body.ShouldNotContain(secret);
    }
}
