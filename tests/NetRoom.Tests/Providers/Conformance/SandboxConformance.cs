using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Conformance;

/// <summary>The real adapters, as the application has them, in front of the sandbox.</summary>
public sealed partial class SandboxConformance(SandboxServer sandbox)
    : IClassFixture<SandboxServer>,
        IDisposable
{
    private static readonly JsonElement Schema = JsonElement.Parse(
        """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city"],"additionalProperties":false}"""
    );

    private readonly IHost host = ProviderBench.Build(
        new Dictionary<string, string?>
        {
            ["Sandbox:BaseUrl"] = sandbox.Address.ToString(),
            ["Providers:RetryDelay"] = "00:00:00.005",
            // Faults are asked for on purpose here.
            ["Providers:CircuitMinimum"] = "1000000",
        },
        new FakeCatalog("http://localhost:1")
    );

    public static TheoryData<string> Protocols =>
        ["sandbox-openai", "sandbox-a", "sandbox-google", "sandbox-responses"];

    public void Dispose() => host.Dispose();

    private static string Wire(string provider, string model) =>
        (
            provider switch
            {
                "sandbox-a" => "claude-",
                "sandbox-google" => "gemini-",
                _ => "gpt-",
            }
        ) + model;

    private async Task<Heard> AskAsync(
        string provider,
        string model,
        ChatOptions? options,
        params IReadOnlyList<ChatMessage> messages
    )
    {
        string[] efforts = model.EndsWith("thinker", StringComparison.Ordinal)
            ? ["low", "high"]
            : [];
        using var client = host
            .Services.GetRequiredService<IProviders>()
            .ChatClient(
                FakeCatalog.Model(provider, efforts) with
                {
                    WireName = Wire(provider, model),
                }
            );
        return await Heard.ListenAsync(client, options, messages);
    }

    private async Task<Heard> HearAsync(
        string provider,
        string model,
        ChatOptions? options,
        params IReadOnlyList<ChatMessage> messages
    )
    {
        var heard = await AskAsync(provider, model, options, messages);
        heard.Error.ShouldBeNull();
        return heard;
    }

    private static ChatMessage Says(params AIContent[] contents) => new(ChatRole.User, contents);

    private static ChatMessage Says(string text) => new(ChatRole.User, text);

    private static AIFunctionDeclaration Tool(string name) =>
        AIFunctionFactory.CreateDeclaration(name, "What the weather is like.", Schema);

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_answer_is_heard_and_counted_as_the_provider_counts_it(string provider)
    {
        var heard = await HearAsync(
            provider,
            "sandbox-thinker",
            Thinking(),
            Says("Привет, мир 🏔")
        );

        heard.Text.ShouldContain("> Привет, мир 🏔");
        heard.Reasoning.ShouldNotBeEmpty();
        heard.Finish.ShouldBe(ChatFinishReason.Stop);
        var call = await sandbox.LastCallAsync(Wire(provider, "sandbox-thinker"));
        heard.Details.InputTokenCount.ShouldBe(call.GetProperty("inputTokens").GetInt64());
        heard.Details.OutputTokenCount.ShouldBe(call.GetProperty("outputTokens").GetInt64());
        heard.Details.ReasoningTokenCount.ShouldBe(call.GetProperty("reasoningTokens").GetInt64());
        UsageReading.Disagrees(heard.Details).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_tool_is_called_and_its_result_is_read_with_the_thoughts_sent_back(
        string provider
    )
    {
        var options = Thinking(tools: [Tool("weather")]);
        var question = Says("Call weather with city=Oslo");

        var asked = await HearAsync(provider, "sandbox-thinker", options, question);
        var call = asked.Calls.Single();
        (call.Name, call.RawRepresentation).ShouldBe(("weather", "{\"city\":\"Oslo\"}"));
        asked.Finish.ShouldBe(ChatFinishReason.ToolCalls);

        var told = await HearAsync(
            provider,
            "sandbox-thinker",
            options,
            question,
            asked.Answer,
            new ChatMessage(
                ChatRole.Tool,
                [new FunctionResultContent(call.CallId, "4 degrees and rain")]
            )
        );
        told.Text.ShouldBe("The tool says: 4 degrees and rain");
    }

    [Theory]
    [InlineData("sandbox-a")]
    [InlineData("sandbox-google")]
    [InlineData("sandbox-responses")]
    public async Task Thoughts_sent_back_changed_are_refused(string provider)
    {
        var options = Thinking(tools: [Tool("weather")]);
        var asked = await HearAsync(
            provider,
            "sandbox-thinker",
            options,
            Says("Call weather with city=Oslo")
        );
        var changed = asked.Answer;
        foreach (var thought in changed.Contents.OfType<TextReasoningContent>().ToList())
            thought.ProtectedData = thought.ProtectedData?.Replace(
                "Sb1",
                "Xx1",
                StringComparison.Ordinal
            );

        var heard = await AskAsync(
            provider,
            "sandbox-thinker",
            options,
            Says("Call weather with city=Oslo"),
            changed,
            new ChatMessage(
                ChatRole.Tool,
                [new FunctionResultContent(asked.Calls[0].CallId, "rain")]
            )
        );

        heard.Kind.ShouldBe(ProviderErrorKind.BadRequest);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Several_tools_are_called_at_once_unless_one_alone_is_wanted(string provider)
    {
        var options = new ChatOptions { Tools = [Tool("weather"), Tool("clock")] };
        var question = Says("weather and clock for city=Oslo, days=3");

        var both = await HearAsync(provider, "sandbox-echo", options, question);
        both.Calls.Select(call => call.Name).ShouldBe(["weather", "clock"]);
        both.Calls[1].RawRepresentation.ShouldBe("{\"city\":\"Oslo\",\"days\":3}");

        var results = both.Calls.Select(call => new ChatMessage(
            ChatRole.Tool,
            [new FunctionResultContent(call.CallId, $"{call.Name}: fine")]
        ));
        var told = await HearAsync(
            provider,
            "sandbox-echo",
            options,
            [question, both.Answer, .. results]
        );
        told.Text.ShouldBe("The tool says: weather: fine\nclock: fine");

        options.AllowMultipleToolCalls = false;
        var one = await HearAsync(provider, "sandbox-echo", options, question);
        // Google has no such wish.
        one.Calls.Count.ShouldBe(provider == "sandbox-google" ? 2 : 1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task The_choice_of_tools_is_the_callers(string provider)
    {
        var options = new ChatOptions { Tools = [Tool("weather"), Tool("clock")] };

        options.ToolMode = ChatToolMode.RequireSpecific("clock");
        (await HearAsync(provider, "sandbox-echo", options, Says("Hello")))
            .Calls.Single()
            .Name.ShouldBe("clock");
        options.ToolMode = ChatToolMode.RequireAny;
        (await HearAsync(provider, "sandbox-echo", options, Says("Hello")))
            .Calls.Single()
            .Name.ShouldBe("weather");
        options.ToolMode = ChatToolMode.None;
        (await HearAsync(provider, "sandbox-echo", options, Says("weather"))).Calls.ShouldBeEmpty();
        options.ToolMode = ChatToolMode.Auto;
        (await HearAsync(provider, "sandbox-echo", options, Says("Hello"))).Calls.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Pictures_and_documents_are_seen(string provider)
    {
        var heard = await HearAsync(
            provider,
            "sandbox-echo",
            null,
            Says(
                new TextContent("What is on these?"),
                new DataContent(TestFiles.Png(3, 2), "image/png"),
                new DataContent("%PDF-1.4"u8.ToArray(), "application/pdf") { Name = "a.pdf" }
            )
        );

        heard.Text.ShouldContain("image/png 3×2");
        heard.Text.ShouldContain("application/pdf, 8 bytes");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Sound_is_heard_where_it_can_be_and_refused_clearly_where_not(string provider)
    {
        var heard = await AskAsync(
            provider,
            "sandbox-echo",
            null,
            Says(new TextContent("What is said?"), new DataContent("RIFF"u8.ToArray(), "audio/wav"))
        );

        if (provider == "sandbox-a")
            (heard.Kind, heard.Error!.Message).ShouldBe(
                (ProviderErrorKind.BadRequest, "The Messages API does not take audio/wav here.")
            );
        else
            heard.Text.ShouldContain("audio/wav, 4 bytes");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task The_answer_fits_the_schema(string provider)
    {
        var heard = await HearAsync(
            provider,
            "sandbox-echo",
            new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "forecast") },
            Says("The forecast for city=Oslo")
        );

        JsonElement.Parse(heard.Text).GetProperty("city").GetString().ShouldNotBeNullOrEmpty();
        heard.Text.ShouldBe("{\"city\":\"sandbox\"}");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_search_gives_citations_of_the_right_places_and_is_counted(string provider)
    {
        var heard = await HearAsync(
            provider,
            "sandbox-echo",
            new() { Tools = [new HostedWebSearchTool()] },
            Says("Что нового?")
        );

        heard.Text.ShouldBe("Вот что нашлось. Всё здесь написала программа. Больше ничего.");
        var citation = heard.Citations.Single();
        (citation.Url, citation.Title).ShouldBe(
            (new Uri("https://example.org/sandbox"), "The sandbox's encyclopedia")
        );
        var place = citation.AnnotatedRegions!.OfType<TextSpanAnnotatedRegion>().Single();
        heard
            .Text[place.StartIndex!.Value..place.EndIndex!.Value]
            .ShouldBe("Всё здесь написала программа.");
        // Chat completions do not say how often they searched: once.
        heard.Details.ToUsage()!.Of(UnitKind.SearchCall).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Sampling_goes_to_models_that_take_it_and_stays_home_else(string provider)
    {
        var options = Thinking();
        (options.Temperature, options.TopP) = (0.5f, 0.9f);

        // The twins refuse what the real ones refuse.
        (await HearAsync(provider, "sandbox-echo", options, Says("Hi"))).Text.ShouldNotBeEmpty();
        if (provider != "sandbox-google")
            (
                await HearAsync(provider, "sandbox-thinker", options, Says("Hi"))
            ).Text.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("5m")]
    [InlineData("1h")]
    public async Task A_prompt_is_cached_for_the_lifetime_that_is_asked_for(string lifetime)
    {
        var manual = new TextContent($"All of the manual, kept for {lifetime}.")
        {
            AdditionalProperties = new() { [StreamMarks.CacheLifetime] = lifetime },
        };
        var first = await HearAsync(
            "sandbox-a",
            "sandbox-echo",
            null,
            Says(manual),
            new(ChatRole.Assistant, "Yes?"),
            Says("One?")
        );
        var second = await HearAsync(
            "sandbox-a",
            "sandbox-echo",
            null,
            Says(manual),
            new(ChatRole.Assistant, "Yes?"),
            Says("Two?")
        );

        var written = first.Extra(
            lifetime == "1h" ? UsageReading.CacheWrite1h : UsageReading.CacheWrite5m
        );
        written!.Value.ShouldBeGreaterThan(0);
        first
            .Extra(lifetime == "1h" ? UsageReading.CacheWrite5m : UsageReading.CacheWrite1h)
            .ShouldBeNull();
        second.Details.CachedInputTokenCount.ShouldBe(written);
        var call = await sandbox.LastCallAsync("claude-sandbox-echo");
        call.GetProperty("cacheWrittenTokens").GetInt32().ShouldBe(0);
    }

    private static ChatOptions Thinking(IList<AITool>? tools = null) =>
        new()
        {
            Tools = tools,
            AdditionalProperties = new() { [StreamMarks.ReasoningEffort] = "low" },
        };
}
