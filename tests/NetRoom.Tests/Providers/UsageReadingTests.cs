using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NetRoom.Catalog;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers;

/// <summary>One shape of usage, whoever reported it.</summary>
public sealed class UsageReadingTests
{
    [Fact]
    [BillingFailure(10)]
    public void The_classes_are_disjoint_and_together_what_was_reported() =>
        Prop.ForAll<PositiveInt[]>(numbers =>
            {
                var some = numbers
                    .Select(number => (long)number.Get - 1)
                    .Concat(new long[7])
                    .ToArray();
                var (fresh, cached, written) = (some[0], some[1], some[2]);
                var (spoken, reasoning) = (some[3], some[4]);
                var usage = new UsageDetails
                {
                    InputTokenCount = fresh + cached + written,
                    OutputTokenCount = spoken + reasoning,
                    CachedInputTokenCount = cached,
                    ReasoningTokenCount = reasoning,
                    AdditionalCounts = new()
                    {
                        [UsageReading.CacheWrite1h] = written,
                        // A cached picture is counted among the pictures, too.
                        [UsageReading.ImageInput] = some[5],
                        [UsageReading.AudioInput] = some[6],
                    },
                }.ToUsage()!;

                usage.Counts.ShouldAllBe(count => count.Quantity > 0);
                usage
                    .Counts.Sum(count => count.Quantity)
                    .ShouldBe(fresh + cached + written + spoken + reasoning);
                usage.Of(UnitKind.CachedInput).ShouldBe(cached);
                usage.OutputTokens.ShouldBe(spoken + reasoning);
            })
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(100, 10, 150, 50)]
    [InlineData(100, 10, 110, 10)]
    [InlineData(100, 10, 90, 10)]
    [InlineData(100, 10, null, 10)]
    [BillingFailure(12)]
    public void The_output_is_what_the_total_leaves_when_that_is_more(
        long input,
        long output,
        int? total,
        long billed
    )
    {
        var details = new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = total,
        };

        details.ToUsage()!.OutputTokens.ShouldBe(billed);
        UsageReading.Disagrees(details).ShouldBe(total is not null && total != input + output);
    }

    [Fact]
    [BillingFailure(8)]
    public void What_is_not_said_is_unknown_and_zero_is_zero()
    {
        new UsageDetails { InputTokenCount = 1 }
            .ToUsage()
            .ShouldBeNull();
        new UsageDetails { OutputTokenCount = 1 }
            .ToUsage()
            .ShouldBeNull();
        ((UsageDetails?)null).ToUsage().ShouldBeNull();
        new UsageDetails { InputTokenCount = 0, OutputTokenCount = 0 }
            .ToUsage()!
            .Counts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Gemini_counts_thoughts_tools_pictures_and_sound_beside_each_other()
    {
        await using var bench = await ProviderBench.StartAsync();
        var heard = await bench.HearAsync(
            """
            data: {"candidates":[{"content":{"parts":[{"text":"A cat."}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":300,"cachedContentTokenCount":100,"candidatesTokenCount":20,"thoughtsTokenCount":90,"toolUsePromptTokenCount":40,"totalTokenCount":460,"promptTokensDetails":[{"modality":"TEXT","tokenCount":10},{"modality":"IMAGE","tokenCount":200},{"modality":"AUDIO","tokenCount":90}],"cacheTokensDetails":[{"modality":"IMAGE","tokenCount":100}]}}


            """,
            "google"
        );

        var usage = heard.Details.ToUsage()!;
        usage.Of(UnitKind.CachedInput).ShouldBe(100);
        usage.Of(UnitKind.ImageInput).ShouldBe(100);
        usage.Of(UnitKind.AudioInput).ShouldBe(90);
        usage.Of(UnitKind.Input).ShouldBe(50);
        usage.Of(UnitKind.Reasoning).ShouldBe(90);
        // Ten tokens more than the parts: hidden thinking, billed as text.
        usage.Of(UnitKind.Output).ShouldBe(30);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("responses")]
    public async Task Sound_and_pictures_are_told_apart_on_both_sides(string provider)
    {
        await using var bench = await ProviderBench.StartAsync();
        var usage =
            """{"input_tokens":100,"output_tokens":50,"input_tokens_details":{"audio_tokens":30,"image_tokens":20,"cache_write_tokens":5},"output_tokens_details":{"audio_tokens":10,"image_tokens":7,"reasoning_tokens":3}}""";
        var heard = await bench.HearAsync(
            provider == "openai"
                ? "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":"
                    + usage
                    + "}\n\n"
                : "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[],\"usage\":"
                    + usage
                    + "}}\n\n",
            provider
        );

        heard
            .Details.ToUsage()!
            .Counts.ShouldBe(
                [
                    new(UnitKind.CacheWrite5m, 5),
                    new(UnitKind.AudioInput, 30),
                    new(UnitKind.ImageInput, 20),
                    new(UnitKind.Input, 45),
                    new(UnitKind.ImageOutput, 7),
                    new(UnitKind.AudioOutput, 10),
                    new(UnitKind.Reasoning, 3),
                    new(UnitKind.Output, 30),
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    [BillingFailure(12)]
    public async Task Counts_that_do_not_add_up_are_told_to_operators_without_a_word_of_content()
    {
        var told = new List<string>();
        await using var bench = await ProviderBench.StartAsync();
        bench.Server.NextStream(
            "data: {\"choices\":[{\"delta\":{\"content\":\"fjords\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,\"total_tokens\":99}}\n\n"
        );
        using var alarm = new UsageAlarm(bench.Client(), "openai", new Listener(told));

        await alarm.GetResponseAsync([new ChatMessage(ChatRole.User, Heard.Prompt)]);

        told.Single()
            .ShouldBe(
                "Warning: openai counts 5 tokens of input and 1 of output, but 99 in all; the larger output is billed"
            );
    }

    private sealed class Listener(List<string> told) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => told.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
