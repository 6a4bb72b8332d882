using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers.Conformance;

/// <summary>What every text adapter makes of what providers mean.</summary>
public sealed class MeaningConformance : IAsyncLifetime
{
    private ProviderBench bench = null!;

    public static TheoryData<string> Protocols => Script.All;

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(11)]
    public async Task An_error_inside_the_stream_keeps_text_and_usage(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Begin()
                + script.Text("So far")
                + script.Error("insufficient_quota", new(120, 7)),
            provider
        );

        (heard.Text, heard.Kind, heard.Finish).ShouldBe(("So far", ProviderErrorKind.Quota, null));
        heard.Details.OutputTokenCount.ShouldBe(7);
        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(11)]
    public async Task An_error_before_any_content_is_tried_again(string provider)
    {
        var script = Script.Of(provider);
        bench.Server.NextStream(script.Begin() + script.Error("server_error"));
        bench.Server.NextStream(script.Saying("Hi"));

        var heard = await bench.AskAsync(provider);

        (heard.Text, heard.Error).ShouldBe(("Hi", null));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(15, 34)]
    public async Task Usage_comes_in_one_shape(string provider)
    {
        var heard = await bench.HearAsync(Script.Of(provider).Saying("Hi"), provider);

        var usage = heard.Details.ToUsage()!;
        usage.Of(UnitKind.Input).ShouldBe(56);
        usage.Of(UnitKind.CachedInput).ShouldBe(64);
        usage.Of(UnitKind.Output).ShouldBe(8);
        usage.Of(UnitKind.Reasoning).ShouldBe(32);
        heard.Usage!.AdditionalProperties!["raw"]!.ToString()!.ShouldContain("unheard_of");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(15)]
    public async Task Usage_that_is_said_twice_counts_once_and_none_is_none(string provider)
    {
        var script = Script.Of(provider);
        var once = script.End(usage: Script.Usual);

        var twice = await bench.HearAsync(
            script.Begin()
                + script.Text("Hi")
                + once.Replace("data: [DONE]\n\n", "", StringComparison.Ordinal)
                + once,
            provider
        );
        var never = await bench.HearAsync(
            script.Begin(new(0, 0)) + script.Text("Hi") + script.End(),
            provider
        );

        twice.Details.OutputTokenCount.ShouldBe(40);
        (never.Text, never.Error).ShouldBe(("Hi", null));
        // Anthropic's first event has a usage, and what it names stays.
        (never.Usage?.Details.OutputTokenCount ?? 1).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(16)]
    public async Task A_later_null_leaves_the_usage_as_it_was(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Saying("Hi") + "data: {\"usage\":null,\"usageMetadata\":null}\n\n",
            provider
        );

        (heard.Error, heard.Details.InputTokenCount).ShouldBe((null, 120));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(17, 36)]
    public async Task Empty_chunks_and_names_are_passed_over_and_the_answering_model_is_named(
        string provider
    )
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            "data: {\"id\":\"\",\"model\":\"\",\"modelVersion\":\"\",\"choices\":[],\"candidates\":[]}\n\ndata: {}\n\n"
                + script.Saying("Hi"),
            provider
        );

        (heard.Text, heard.Error).ShouldBe(("Hi", null));
        heard.Updates[^1].ModelId.ShouldBe(Script.Model);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(18)]
    public async Task The_finish_is_told_once(string provider)
    {
        var script = Script.Of(provider);
        var end = script
            .End(usage: Script.Usual)
            .Replace("data: [DONE]\n\n", "", StringComparison.Ordinal);

        var heard = await bench.HearAsync(
            script.Begin() + script.Text("Hi") + end + script.End(Stop.Limit),
            provider
        );

        heard.Updates.Count(update => update.FinishReason is not null).ShouldBe(1);
        heard.Finish.ShouldBe(ChatFinishReason.Stop);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(19)]
    public async Task What_nobody_has_heard_of_is_passed_over_or_kept_by_its_name(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Begin()
                + script.Unheard
                + script.Text("Hi")
                + script.Unheard
                + script.End(Stop.Unheard),
            provider
        );

        (heard.Text, heard.Error, heard.Finish!.Value.Value).ShouldBe(("Hi", null, "unheard_of"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(20)]
    public async Task A_refusal_is_told_as_one_and_its_cost_is_real(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Begin() + script.End(Stop.Refused, new(120, 3)),
            provider
        );

        (heard.Error, heard.Finish).ShouldBe((null, ChatFinishReason.ContentFilter));
        heard.Details.OutputTokenCount.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(21)]
    public async Task A_budget_spent_on_thoughts_is_a_limit_and_no_error(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Begin()
                + script.Thought("Hmm. ")
                + script.End(Stop.Limit, new(120, 900, 0, 900)),
            provider
        );

        (heard.Text, heard.Reasoning, heard.Error, heard.Finish).ShouldBe(
            ("", "Hmm. ", null, ChatFinishReason.Length)
        );
        heard.Details.ToUsage()!.Of(UnitKind.Reasoning).ShouldBe(900);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(22)]
    public async Task Calls_of_tools_come_whole_and_in_order(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Begin()
                + script.Call(0, "weather", "{\"city\":", "\"Os", "lo\"}")
                + script.Call(1, "clock")
                + script.End(Stop.Tools, Script.Usual),
            provider
        );

        heard
            .Calls.Select(call => (call.CallId, call.Name, call.RawRepresentation))
            .ShouldBe([("call_0", "weather", "{\"city\":\"Oslo\"}"), ("call_1", "clock", "{}")]);
        heard.Calls[0].Arguments!["city"]!.ToString().ShouldBe("Oslo");
        (heard.Finish, heard.Error).ShouldBe((ChatFinishReason.ToolCalls, null));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("responses")]
    [SurvivalRow(22)]
    public async Task Arguments_that_are_no_JSON_stay_as_the_model_wrote_them(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Begin() + script.Call(0, "weather", "{\"city", "\":") + script.End(Stop.Tools),
            provider
        );

        (heard.Calls.Single().RawRepresentation, heard.Calls.Single().Arguments).ShouldBe(
            ("{\"city\":", null)
        );
        heard.Error.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(23)]
    public async Task Thoughts_and_text_are_told_apart(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Begin() + script.Thought("Hmm. ") + script.Text("Hi") + script.End(),
            provider
        );

        (heard.Reasoning, heard.Text).ShouldBe(("Hmm. ", "Hi"));
    }

    [Theory]
    [InlineData(
        "openai",
        "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}}]}\n\n"
    )]
    [InlineData(
        "openai",
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\",\"reasoning\":\"r\",\"reasoning_content\":\"r\"}}]}\n\n"
    )]
    [SurvivalRow(23, 24)]
    public async Task One_spelling_is_taken_of_two(string provider, string chunk)
    {
        var heard = await bench.HearAsync(
            chunk + Script.Of(provider).Text("b") + Script.Of(provider).End(),
            provider
        );

        heard.Text.ShouldBe("ab");
        heard.Reasoning.Length.ShouldBeLessThan(2);
    }

    [Fact]
    [SurvivalRow(26)]
    public async Task A_message_that_begins_anew_forgets_its_first_beginning()
    {
        var script = Script.Of("anthropic");

        var heard = await bench.HearAsync(
            script.Begin()
                + script.Text("lost")
                + script.Call(0, "lost", "{\"a\":")[..^60]
                + "\n\n"
                + script.Saying("kept"),
            "anthropic"
        );

        (heard.Text, heard.Error, heard.Calls.Count).ShouldBe(("kept", null, 0));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(34, 35)]
    public async Task Numbers_may_be_texts_and_fractions(string provider)
    {
        var script = Script.Of(provider);

        foreach (
            var form in new Func<int, string>[] { n => $"\"{n}\"", n => $"{n}.0", n => $"{n}e0" }
        )
        {
            var heard = await bench.HearAsync(
                script.Begin() + script.Text("Hi") + script.End(Stop.Finished, Script.Usual, form),
                provider
            );

            heard.Error.ShouldBeNull();
            (heard.Details.OutputTokenCount, heard.Details.ReasoningTokenCount).ShouldBe((40, 32));
        }
    }
}
