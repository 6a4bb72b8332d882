#pragma warning disable OPENAI001 // The part for responses is called experimental.
using System.ClientModel;
using System.Text.Json;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace NetRoom.Tests.Api.Text;

/// <summary>OpenAI's own package for .NET as a client: nothing of it is changed but the address and the key.</summary>
[Collection(PostgresCollection.Name)]
public sealed class OpenAiSdkTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    private const string Schema =
        """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""";

    public static TheoryData<string> Models { get; } =
        new("sandbox-echo", "sandbox-claude-echo", "sandbox-gemini-echo", "sandbox-responses-echo");

    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Models))]
    public async Task It_chats_whole_and_as_a_stream(string model)
    {
        var client = Chat(model);
        ChatCompletion whole = await client.CompleteChatAsync("Hello");
        whole.Content[0].Text.ShouldContain("Hello");
        whole.FinishReason.ShouldBe(ChatFinishReason.Stop);
        whole.Usage.TotalTokenCount.ShouldBeGreaterThan(0);
        whole.Model.ShouldBe(model);

        var text = "";
        var finish = default(ChatFinishReason?);
        ChatTokenUsage? usage = null;
        await foreach (var update in client.CompleteChatStreamingAsync("Hello"))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }
        text.ShouldContain("Hello");
        (finish, usage!.OutputTokenCount > 0).ShouldBe((ChatFinishReason.Stop, true));
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task It_calls_tools_and_tells_their_results(string model)
    {
        var client = Chat(model);
        var options = new ChatCompletionOptions
        {
            Tools =
            {
                ChatTool.CreateFunctionTool(
                    "weather",
                    "Tells the weather",
                    BinaryData.FromString(Schema)
                ),
            },
        };
        List<ChatMessage> messages = [new UserChatMessage("Call weather with city=Oslo")];
        ChatCompletion asked = await client.CompleteChatAsync(messages, options);
        asked.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        var call = asked.ToolCalls.ShouldHaveSingleItem();
        call.FunctionName.ShouldBe("weather");
        JsonElement.Parse(call.FunctionArguments).GetProperty("city").GetString().ShouldBe("Oslo");

        messages.Add(new AssistantChatMessage(asked));
        messages.Add(new ToolChatMessage(call.Id, "rain"));
        ChatCompletion told = await client.CompleteChatAsync(messages, options);
        told.Content[0].Text.ShouldContain("rain");

        var name = "";
        var arguments = "";
        await foreach (
            var update in client.CompleteChatStreamingAsync(
                [new UserChatMessage("Call weather with city=Oslo")],
                options
            )
        )
        foreach (var piece in update.ToolCallUpdates)
        {
            name += piece.FunctionName;
            arguments += piece.FunctionArgumentsUpdate;
        }
        name.ShouldBe("weather");
        JsonElement.Parse(arguments).GetProperty("city").GetString().ShouldBe("Oslo");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task It_gets_structured_output(string model)
    {
        ChatCompletion answer = await Chat(model)
            .CompleteChatAsync(
                [new UserChatMessage("Name a city")],
                new ChatCompletionOptions
                {
                    ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                        "place",
                        BinaryData.FromString(Schema),
                        jsonSchemaIsStrict: true
                    ),
                }
            );
        JsonElement
            .Parse(answer.Content[0].Text)
            .GetProperty("city")
            .ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Theory]
    [InlineData("no-such-model", 404)]
    [InlineData("fault-429", 429)]
    [InlineData("fault-500", 503)]
    public async Task It_throws_what_it_throws_at_OpenAI(string model, int status)
    {
        var error = await Should.ThrowAsync<ClientResultException>(() =>
            Chat(model).CompleteChatAsync("Hello")
        );
        error.Status.ShouldBe(status);
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task It_hears_of_a_wrong_key()
    {
        var client = Client("nr-wrong").GetChatClient("sandbox-echo");
        (
            await Should.ThrowAsync<ClientResultException>(() => client.CompleteChatAsync("Hello"))
        ).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("fault-cut")]
    [InlineData("fault-claude-cut")]
    public async Task A_stream_that_is_cut_throws_and_does_not_end(string model)
    {
        await Should.ThrowAsync<Exception>(async () =>
        {
            await foreach (var update in Chat(model).CompleteChatStreamingAsync("Hello"))
                update.FinishReason.ShouldBeNull();
            throw new ShouldAssertException("The stream ended as if it were whole.");
        });
        (await api.PaidAsync()).ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task It_tries_again_where_that_helps()
    {
        // 503 on every odd call: one retry, theirs or ours, is enough.
        ChatCompletion answer = await Chat("fault-flaky").CompleteChatAsync("Hello");
        answer.Content[0].Text.ShouldNotBeEmpty();
    }

    [Fact]
    [BillingFailure(4)]
    public async Task A_call_that_it_cancels_is_settled()
    {
        using var patience = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (
                var update in Chat("fault-hang-late")
                    .CompleteChatStreamingAsync(
                        [new UserChatMessage("Hello")],
                        cancellationToken: patience.Token
                    )
            )
                if (update.ContentUpdate.Count > 0 && update.ContentUpdate[0].Text.Length > 0)
                    await patience.CancelAsync();
        });
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task It_asks_for_responses_whole_and_as_a_stream(string model)
    {
        var client = Client(api.Key).GetResponsesClient();
        ResponseResult whole = await client.CreateResponseAsync(model, "Hello");
        whole.GetOutputText().ShouldContain("Hello");
        whole.Status.ShouldBe(ResponseStatus.Completed);
        whole.Usage.TotalTokenCount.ShouldBeGreaterThan(0);

        var text = "";
        var ended = false;
        var updates = await client.CreateResponseStreamingAsync(model, "Hello");
        await foreach (var update in updates)
        {
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            ended |= update is StreamingResponseCompletedUpdate;
        }
        text.ShouldContain("Hello");
        ended.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task It_calls_tools_in_responses(string model)
    {
        var client = Client(api.Key).GetResponsesClient();
        var options = new CreateResponseOptions { Model = model };
        options.InputItems.Add(ResponseItem.CreateUserMessageItem("Call weather with city=Oslo"));
        options.Tools.Add(
            ResponseTool.CreateFunctionTool(
                "weather",
                BinaryData.FromString(Schema),
                strictModeEnabled: true
            )
        );
        ResponseResult asked = await client.CreateResponseAsync(options);
        var call = asked.OutputItems.OfType<FunctionCallResponseItem>().ShouldHaveSingleItem();
        call.FunctionName.ShouldBe("weather");
        foreach (var item in asked.OutputItems)
            options.InputItems.Add(item);
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "rain"));
        ResponseResult told = await client.CreateResponseAsync(options);
        told.GetOutputText().ShouldContain("rain");
    }

    private ChatClient Chat(string model) => Client(api.Key).GetChatClient(model);

    private OpenAIClient Client(string key) =>
        new(
            new ApiKeyCredential(key),
            new OpenAIClientOptions { Endpoint = new Uri(api.Address, "/v1") }
        );
}
