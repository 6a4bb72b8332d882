#pragma warning disable RS0030 // A seeded Random, in tests only.
using System.Net.ServerSentEvents;
using System.Text;
using Microsoft.Extensions.AI;
using NetRoom.Providers;
using Xunit.Abstractions;

namespace NetRoom.Tests.Providers;

/// <summary>Rows of the survival table that are about bytes, for both protocols.</summary>
public sealed class TransportTests(ITestOutputHelper output) : IAsyncLifetime
{
    private ProviderBench bench = null!;

    public static TheoryData<string> Protocols => ["openai", "anthropic"];

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_recorded_answer_is_heard_whole(string provider)
    {
        var heard = await bench.HearAsync(Recorded.Of(provider), provider);

        heard.Error.ShouldBeNull();
        heard.Text.ShouldBe(Recorded.OpenAiText);
        heard.Reasoning.ShouldBe("Фьорды? ");
        heard.Finish.ShouldBe(ChatFinishReason.Stop);
    }

    [Theory]
    [InlineData("openai", "\r\n")]
    [InlineData("openai", "\r")]
    [InlineData("anthropic", "\r\n")]
    [InlineData("anthropic", "\r")]
    public async Task Every_line_end_of_the_rules_is_understood(string provider, string lineEnd)
    {
        var heard = await bench.HearAsync(
            Recorded.Of(provider).Replace("\n", lineEnd, StringComparison.Ordinal),
            provider
        );

        heard.Error.ShouldBeNull();
        heard.Text.ShouldBe(Recorded.OpenAiText);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Chunks_of_any_size_give_the_same_answer(string provider)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var whole = await bench.HearAsync(Recorded.Of(provider), provider);
        for (var round = 0; round < 30; round++)
        {
            var lineEnd = round % 2 == 0 ? "\n" : "\r\n";
            var bytes = Encoding.UTF8.GetBytes(
                Recorded.Of(provider).Replace("\n", lineEnd, StringComparison.Ordinal)
            );
            bench.Server.NextStream(Pieces(bytes, random));
            var heard = await bench.AskAsync(provider);
            heard.Error.ShouldBeNull();
            (heard.Text, heard.Reasoning).ShouldBe((whole.Text, whole.Reasoning));
            heard.Usage!.Details.TotalTokenCount.ShouldBe(whole.Usage!.Details.TotalTokenCount);
        }
    }

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

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_cut_at_any_byte_is_a_cut_or_a_complete_answer(string provider)
    {
        var bytes = Encoding.UTF8.GetBytes(Recorded.Of(provider));
        var completeFrom = bytes.Length;
        for (var length = 0; length <= bytes.Length; length++)
        {
            bench.Server.NextStream([bytes.AsMemory(0, length)]);
            var heard = await bench.AskAsync(provider);
            Recorded.OpenAiText.ShouldStartWith(heard.Text);
            if (heard.Error is null)
            {
                heard.Text.ShouldBe(Recorded.OpenAiText);
                heard.Finish.ShouldBe(ChatFinishReason.Stop);
                completeFrom = Math.Min(completeFrom, length);
            }
            else
            {
                heard.Kind.ShouldBe(ProviderErrorKind.Cut, $"at {length}");
                length.ShouldBeLessThan(completeFrom);
            }
        }
        completeFrom.ShouldBeLessThan(bytes.Length);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [BillingFailure(18)]
    public async Task A_reset_connection_is_a_cut_that_keeps_the_text_and_is_not_retried(
        string provider
    )
    {
        var stream = Recorded.Of(provider);
        bench.Server.NextReset(stream[..stream.IndexOf("ude00", StringComparison.Ordinal)]);

        var heard = await bench.AskAsync(provider);

        heard.Kind.ShouldBe(ProviderErrorKind.Cut);
        heard.Text.TrimEnd('\uFFFD').ShouldBe("Глубоко ");
        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("openai", "\"finish_reason\":\"stop\"}],\"usage\":null}\n\n")]
    [InlineData("anthropic", "\"web_search_requests\":2}}}\n\n")]
    public async Task A_reset_after_the_finish_is_a_complete_answer(string provider, string until)
    {
        var stream = Recorded.Of(provider);
        var end = stream.IndexOf(until, StringComparison.Ordinal) + until.Length;
        bench.Server.NextReset(stream[..end]);

        var heard = await bench.AskAsync(provider);

        heard.Error.ShouldBeNull();
        heard.Text.ShouldBe(Recorded.OpenAiText);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_event_of_many_megabytes_passes(string provider)
    {
        var text = new string('x', 9_000_000);

        var heard = await bench.HearAsync(Recorded.Saying(provider, text), provider);

        heard.Error.ShouldBeNull();
        heard.Text.Length.ShouldBe(text.Length);
    }

    [Fact]
    public async Task An_event_over_the_cap_ends_the_stream()
    {
        await using var small = await ProviderBench.StartAsync(
            settings: ("Providers:MaxEventBytes", "4096")
        );

        var heard = await small.HearAsync(Recorded.Saying("openai", new string('x', 50_000)));

        heard.Kind.ShouldBe(ProviderErrorKind.Cut);
    }

    [Theory]
    [InlineData("\uFEFFdata: A\n\n", "A")]
    [InlineData("data:A\ndata: B\n\n", "A\nB")]
    [InlineData("id: 7\nretry: 10\nevent: x\nnonsense\ndata\ndata:A\n\n", "\nA")]
    [InlineData(":\n: comment\n\n\ndata: A\n\ndata: B", "A|B")]
    [InlineData("data: A\r\n\r\ndata: B\r\rdata:  C\n\n", "A|B| C")]
    public async Task Events_are_read_by_the_rules_whatever_the_chunks(string stream, string events)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        foreach (var size in new[] { 1, 2, 3, 1000 })
            (await SseText.ReadAsync(bytes, size)).ShouldBe(events);
    }

    [Fact]
    public async Task The_parser_of_the_framework_loses_a_pending_event_and_so_is_not_used()
    {
        using var stream = new MemoryStream("data: A\n\ndata: B"u8.ToArray());
        var heard = new List<string>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            heard.Add(item.Data);

        heard.ShouldBe(["A"]);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task The_last_event_needs_no_blank_line_and_the_end_needs_no_mark(string provider)
    {
        var stream = Recorded.Saying(provider, "Hi");
        var end = stream.LastIndexOf("}\n\ndata:", StringComparison.Ordinal) + 1;

        var heard = await bench.HearAsync(stream[..end], provider);

        heard.Error.ShouldBeNull();
        (heard.Text, heard.Details.OutputTokenCount).ShouldBe(("Hi", 2));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Bytes_behind_the_end_are_not_read(string provider)
    {
        var heard = await bench.HearAsync(
            Recorded.Saying(provider, "Hi") + Recorded.Saying(provider, "more") + "garbage",
            provider
        );

        (heard.Text, heard.Error).ShouldBe(("Hi", null));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_stream_cut_between_events_of_text_is_a_cut(string provider)
    {
        var stream = Recorded.Saying(provider, "Hi");
        var end = stream.IndexOf("finish_reason", StringComparison.Ordinal);
        end = end < 0 ? stream.IndexOf("message_delta", StringComparison.Ordinal) : end;

        var heard = await bench.HearAsync(
            stream[..stream.LastIndexOf("data:", end, StringComparison.Ordinal)],
            provider
        );

        (heard.Text, heard.Kind).ShouldBe(("Hi", ProviderErrorKind.Cut));
    }

    [Theory]
    [InlineData("openai", "")]
    [InlineData("anthropic", "")]
    [InlineData("openai", "<html>Welcome</html>")]
    [InlineData("anthropic", "data: nonsense\n\n")]
    public async Task An_answer_that_is_none_is_a_cut(string provider, string body) =>
        (await bench.HearAsync(body, provider)).Kind.ShouldBe(ProviderErrorKind.Cut);

    [Fact]
    public async Task The_collected_answer_counts_cumulative_usage_once()
    {
        bench.Server.NextStream(Recorded.Anthropic);

        var response = await bench
            .Client("anthropic")
            .GetResponseAsync([new ChatMessage(ChatRole.User, "Hi")]);

        response.Text.ShouldBe(Recorded.OpenAiText);
        response.Usage!.OutputTokenCount.ShouldBe(60);
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }
}

internal static class SseText
{
    public static async Task<string> ReadAsync(byte[] bytes, int size)
    {
        using var stream = new MemoryStream(bytes);
        using var reader = new NetRoom.Providers.Transport.SseReader(
            into => stream.ReadAsync(into[..Math.Min(size, into.Length)]),
            1 << 20
        );
        var events = new List<string>();
        while (await reader.NextAsync())
            events.Add(Encoding.UTF8.GetString(reader.Data));
        return string.Join('|', events);
    }
}
