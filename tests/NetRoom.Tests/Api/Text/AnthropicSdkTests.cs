using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>Anthropic's own package for .NET as a client: nothing of it is changed but the address and the key.</summary>
[Collection(PostgresCollection.Name)]
public sealed class AnthropicSdkTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    public static TheoryData<string> Models { get; } =
        new("sandbox-claude-echo", "sandbox-echo", "sandbox-gemini-echo", "sandbox-responses-echo");

    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Models))]
    public async Task It_sends_messages_whole_and_as_a_stream(string model)
    {
        using var client = Client();
        var whole = await client.Messages.Create(Ask(model, "Hello"));
        whole.Validate();
        Text(whole).ShouldContain("Hello");
        whole.StopReason!.Value().ShouldBe(StopReason.EndTurn);
        whole.Usage.OutputTokens.ShouldBeGreaterThan(0);

        var text = "";
        var stopped = false;
        await foreach (var item in client.Messages.CreateStreaming(Ask(model, "Hello")))
        {
            if (
                item.TryPickContentBlockDelta(out var delta)
                && delta.Delta.TryPickText(out var piece)
            )
                text += piece.Text;
            stopped |= item.TryPickStop(out _);
        }
        text.ShouldContain("Hello");
        stopped.ShouldBeTrue();
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task It_uses_tools_and_tells_their_results(string model)
    {
        using var client = Client();
        var ask = Ask(model, "Call weather with city=Oslo") with { Tools = [Weather] };
        var asked = await client.Messages.Create(ask);
        asked.StopReason!.Value().ShouldBe(StopReason.ToolUse);
        ToolUseBlock? use = null;
        foreach (var block in asked.Content)
            if (block.TryPickToolUse(out var found))
                use = found;
        use.ShouldNotBeNull();
        use.Name.ShouldBe("weather");
        use.Input["city"].GetString().ShouldBe("Oslo");

        var told = await client.Messages.Create(
            ask with
            {
                Messages =
                [
                    .. ask.Messages,
                    new AssistantMessageParam(
                        new List<ContentBlockParam>
                        {
                            new ToolUseBlockParam
                            {
                                ID = use.ID,
                                Name = use.Name,
                                Input = use.Input,
                            },
                        }
                    ),
                    new UserMessageParam(
                        new List<ContentBlockParam>
                        {
                            new ToolResultBlockParam { ToolUseID = use.ID, Content = "rain" },
                        }
                    ),
                ],
            }
        );
        Text(told).ShouldContain("rain");
    }

    [Fact]
    public async Task It_throws_what_it_throws_at_Anthropic()
    {
        using var client = Client();
        await Should.ThrowAsync<AnthropicNotFoundException>(() =>
            client.Messages.Create(Ask("no-such-model", "Hello"))
        );
        await Should.ThrowAsync<AnthropicRateLimitException>(() =>
            client.Messages.Create(Ask("fault-claude-429", "Hello"))
        );
        await Should.ThrowAsync<Anthropic5xxException>(() =>
            client.Messages.Create(Ask("fault-claude-529", "Hello"))
        );
        await Should.ThrowAsync<AnthropicBadRequestException>(() =>
            client.Messages.Create(Ask("sandbox-claude-echo", "Hello") with { MaxTokens = 0 })
        );
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Theory]
    [InlineData("fault-claude-cut")]
    [InlineData("fault-cut")]
    public async Task A_stream_that_is_cut_throws_and_does_not_end(string model)
    {
        using var client = Client();
        await Should.ThrowAsync<AnthropicException>(async () =>
        {
            await foreach (var item in client.Messages.CreateStreaming(Ask(model, "Hello")))
                item.TryPickStop(out _).ShouldBeFalse();
        });
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task It_counts_tokens()
    {
        using var client = Client();
        var count = await client.Messages.CountTokens(
            new MessageCountTokensParams
            {
                Model = "sandbox-claude-echo",
                Messages = [new UserMessageParam("Hello there")],
            }
        );
        count.InputTokens.ShouldBeGreaterThan(0);
    }

    private static Tool Weather =>
        new()
        {
            Name = "weather",
            Description = "Tells the weather",
            InputSchema = new InputSchema
            {
                Properties = new Dictionary<string, JsonElement>
                {
                    ["city"] = JsonElement.Parse("""{"type":"string"}"""),
                },
                Required = ["city"],
            },
        };

    private AnthropicClient Client() =>
        new()
        {
            BaseUrl = api.Address.ToString().TrimEnd('/'),
            ApiKey = api.Key,
            MaxRetries = 0,
        };

    private static MessageCreateParams Ask(string model, string question) =>
        new()
        {
            Model = model,
            MaxTokens = 1_000,
            Messages = [new UserMessageParam(question)],
        };

    private static string Text(Message message)
    {
        var text = "";
        foreach (var block in message.Content)
            if (block.TryPickText(out var found))
                text += found.Text;
        return text;
    }
}
