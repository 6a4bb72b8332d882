#pragma warning disable RS0030 // A seeded Random, in tests only.
using System.Text;
using Microsoft.Extensions.AI;
using NetRoom.Providers;
using Xunit.Abstractions;

namespace NetRoom.Tests.Providers.Conformance;

/// <summary>What every text adapter survives on the way of the bytes.</summary>
public sealed class BytesConformance(ITestOutputHelper output) : IAsyncLifetime
{
    private ProviderBench bench = null!;

    public static TheoryData<string> Protocols => Script.All;

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    private async Task HearsRecordedAsync(string provider, Func<string, string> bend)
    {
        var heard = await bench.HearAsync(bend(Script.Of(provider).Recorded), provider);

        heard.Error.ShouldBeNull();
        (heard.Text, heard.Reasoning, heard.Finish).ShouldBe(
            (Script.RecordedText, "Фьорды? ", ChatFinishReason.ToolCalls)
        );
        heard.Calls.Single().RawRepresentation.ShouldBe("{\"city\":\"Осло 🏔\"}");
        heard.Details.OutputTokenCount.ShouldBe(40);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(1)]
    public Task Comments_are_passed_over(string provider) =>
        HearsRecordedAsync(
            provider,
            stream =>
                ": OPENROUTER PROCESSING\n\n:\n\n"
                + stream.Replace("\n\n", "\n\n: keep-alive\n\n", StringComparison.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(2)]
    public async Task Blank_lines_before_a_whole_answer_are_passed_over(string provider)
    {
        bench.Server.NextStatus(
            200,
            "\n \r\n\n" + Script.Of(provider).Whole("All of it.", Script.Usual)
        );

        var heard = await bench.AskAsync(provider);

        (heard.Text, heard.Error, heard.Finish).ShouldBe(
            ("All of it.", null, ChatFinishReason.Stop)
        );
        (heard.Details.InputTokenCount, heard.Details.CachedInputTokenCount).ShouldBe((120, 64));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(3)]
    public async Task Every_line_end_is_one(string provider)
    {
        foreach (var lineEnd in new[] { "\r\n", "\r", "\n" })
            await HearsRecordedAsync(
                provider,
                stream => stream.Replace("\n", lineEnd, StringComparison.Ordinal)
            );
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(4)]
    public Task An_event_over_several_data_lines_is_joined(string provider) =>
        HearsRecordedAsync(
            provider,
            stream => stream.Replace("data: {", "data: {\ndata: ", StringComparison.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(5, 25)]
    public Task Fields_come_with_and_without_their_space_among_others_and_behind_a_mark(
        string provider
    ) =>
        HearsRecordedAsync(
            provider,
            stream =>
                "\uFEFF"
                + stream.Replace(
                    "data: ",
                    "id: 7\nretry: 10\nnonsense\nx: y\ndata:",
                    StringComparison.Ordinal
                )
        );

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(6)]
    public async Task Letters_split_over_bytes_and_pairs_split_over_deltas_are_whole(
        string provider
    )
    {
        var bytes = Encoding.UTF8.GetBytes(Script.Of(provider).Recorded);
        bench.Server.NextStream(
            Enumerable
                .Range(0, bytes.Length)
                .Select(at => (ReadOnlyMemory<byte>)bytes.AsMemory(at, 1))
        );

        var heard = await bench.AskAsync(provider);

        (heard.Text, heard.Error).ShouldBe((Script.RecordedText, null));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(7)]
    public async Task An_event_of_megabytes_passes(string provider)
    {
        var heard = await bench.HearAsync(
            Script.Of(provider).Saying(new string('x', 3_000_000)),
            provider
        );

        (heard.Text.Length, heard.Error).ShouldBe((3_000_000, null));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(8, 9)]
    public async Task Neither_the_last_blank_line_nor_a_mark_at_the_end_is_needed(string provider)
    {
        var stream = Script
            .Of(provider)
            .Saying("Hi")
            .Replace("data: [DONE]\n\n", "", StringComparison.Ordinal);

        var heard = await bench.HearAsync(stream.TrimEnd('\n'), provider);

        (heard.Text, heard.Error, heard.Finish).ShouldBe(("Hi", null, ChatFinishReason.Stop));
        heard.Details.OutputTokenCount.ShouldBe(40);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(9, 10)]
    public async Task What_comes_behind_the_mark_at_the_end_is_nobodys(string provider)
    {
        var script = Script.Of(provider);

        var heard = await bench.HearAsync(
            script.Saying("Hi") + "data: [DONE]\n\n" + script.Saying("more") + "data: garbage",
            provider
        );

        (heard.Text, heard.Error).ShouldBe(("Hi", null));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(27)]
    public async Task A_cut_at_any_byte_is_never_a_clean_end(string provider)
    {
        var bytes = Encoding.UTF8.GetBytes(Script.Of(provider).Recorded);
        var wholeFrom = bytes.Length;
        for (var length = 0; length <= bytes.Length; length++)
        {
            bench.Server.NextStream([bytes.AsMemory(0, length)]);
            var heard = await bench.AskAsync(provider);
            Script.RecordedText.ShouldStartWith(heard.Text);
            "Фьорды? ".ShouldStartWith(heard.Reasoning);
            if (heard.Error is null)
            {
                wholeFrom = Math.Min(wholeFrom, length);
                heard.Text.ShouldBe(Script.RecordedText);
                heard.Finish.ShouldBe(ChatFinishReason.ToolCalls, $"at {length}");
                heard.Calls.Single().Name.ShouldBe("weather");
            }
            else
            {
                heard.Kind.ShouldBe(ProviderErrorKind.Cut, $"at {length}: {heard.Error}");
                heard.Finish.ShouldBeNull();
                length.ShouldBeLessThan(wholeFrom);
            }
        }
        wholeFrom.ShouldBeLessThanOrEqualTo(bytes.Length);
        wholeFrom.ShouldBeGreaterThan(bytes.Length / 2);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(27)]
    public async Task A_reset_keeps_the_text_and_is_not_tried_again(string provider)
    {
        var script = Script.Of(provider);
        bench.Server.NextReset(script.Begin() + script.Text("So far"));

        var heard = await bench.AskAsync(provider);

        (heard.Text, heard.Kind).ShouldBe(("So far", ProviderErrorKind.Cut));
        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(3, 6)]
    public async Task Any_chunks_give_the_same_updates(string provider)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var stream = Script.Of(provider).Recorded;
        var whole = Told(await bench.HearAsync(stream, provider));
        whole.Count.ShouldBeGreaterThan(4);
        for (var round = 0; round < 30; round++)
        {
            var lineEnd = round % 2 == 0 ? "\n" : "\r\n";
            bench.Server.NextStream(
                Pieces(
                    Encoding.UTF8.GetBytes(stream.Replace("\n", lineEnd, StringComparison.Ordinal)),
                    random
                )
            );
            Told(await bench.AskAsync(provider)).ShouldBe(whole);
        }
    }

    private static List<string> Told(Heard heard)
    {
        heard.Error.ShouldBeNull();
        return
        [
            .. heard.Updates.Select(update =>
                $"{update.ResponseId} {update.ModelId} {update.FinishReason}: "
                + string.Join(", ", update.Contents.Select(Told))
            ),
        ];
    }

    private static string Told(AIContent content) =>
        content switch
        {
            TextReasoningContent thought => $"thought {thought.Text} {thought.ProtectedData}",
            TextContent text => $"text {text.Text}",
            FunctionCallContent call => $"call {call.CallId} {call.Name} {call.RawRepresentation}",
            UsageContent usage => $"usage {usage.AdditionalProperties!["raw"]}",
            _ => content.GetType().Name,
        };

    private static List<ReadOnlyMemory<byte>> Pieces(byte[] bytes, Random random)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        var largest = random.Next(1, 200);
        for (var at = 0; at < bytes.Length; )
        {
            var size = Math.Min(random.Next(1, largest + 1), bytes.Length - at);
            pieces.Add(bytes.AsMemory(at, size));
            at += size;
        }
        return pieces;
    }
}
