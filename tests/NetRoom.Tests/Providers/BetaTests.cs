using NetRoom.Catalog;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Tests.Providers;

/// <summary>Which of a caller's betas reach Anthropic.</summary>
public sealed class BetaTests
{
    private const string Interleaved = "interleaved-thinking-2025-05-14";
    private const string LongContext = "context-1m-2025-08-07";

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(null, Interleaved, Interleaved)]
    [InlineData(null, $"{LongContext}, {Interleaved}", Interleaved)]
    [InlineData(null, LongContext, null)]
    [InlineData("", Interleaved, null)]
    [InlineData(LongContext, $"{Interleaved},{LongContext},,", LongContext)]
    public async Task Only_those_that_the_operator_lists_pass(
        string? listed,
        string? asked,
        string? sent
    )
    {
        await using var bench = await ProviderBench.StartAsync(
            null,
            listed is null ? [] : [("Providers:anthropic:Betas", listed)]
        );
        bench.Server.NextStatus(
            200,
            """{"id":"m","type":"message","role":"assistant","model":"wire-model","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"""
        );
        using var call = bench
            .Service<IPassThrough>()
            .Call(
                FakeCatalog.Model("anthropic"),
                new PassThroughRequest(WireProtocol.Messages, "{}"u8.ToArray(), false, 10)
                {
                    Betas = asked,
                }
            );

        await call.OpenAsync(default);

        bench
            .Server.Requests.ShouldHaveSingleItem()
            .Headers.GetValueOrDefault("anthropic-beta")
            .ShouldBe(sent);
    }

    [Fact]
    public async Task Nobody_but_Anthropic_hears_of_them()
    {
        await using var bench = await ProviderBench.StartAsync();
        bench.Server.NextStatus(
            200,
            """{"id":"c","object":"chat.completion","created":1,"model":"wire-model","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""
        );
        using var call = bench
            .Service<IPassThrough>()
            .Call(
                FakeCatalog.Model("openai"),
                new PassThroughRequest(WireProtocol.ChatCompletions, "{}"u8.ToArray(), false, 10)
                {
                    Betas = Interleaved,
                }
            );

        await call.OpenAsync(default);

        bench
            .Server.Requests.ShouldHaveSingleItem()
            .Headers.Keys.ShouldNotContain("anthropic-beta");
    }
}
