using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Chats.Answers;
using NetRoom.Generation;
using NetRoom.Tests.Providers;

namespace NetRoom.Tests.Chats;

/// <summary>One reader of a running answer.</summary>
public sealed class LiveAnswerTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public async Task A_long_paragraph_is_drawn_less_often_so_that_the_work_grows_with_its_length()
    {
        var (shortDraws, shortWork) = await StreamAsync(100_000);
        var (longDraws, longWork) = await StreamAsync(200_000);
        longDraws.ShouldBeLessThan(shortDraws * 2);
        // Twice the length: twice the work, not four times.
        longWork.ShouldBeLessThan(shortWork * 5 / 2);
        longDraws.ShouldBeLessThan(500);
    }

    [Fact]
    public async Task A_reader_who_comes_back_is_sent_only_what_is_new()
    {
        RunEvent[] events =
        [
            new(1, RunEventKind.Reasoning, "old thought"),
            new(2, RunEventKind.Text, "one\n\ntwo\n\n"),
            new(3, RunEventKind.Text, "thr"),
            new(4, RunEventKind.Reasoning, "new thought"),
            new(5, RunEventKind.Text, "ee"),
        ];
        var sent = await DrawAsync(after: 3, events);
        sent.ShouldBe(
            [("reasoning", "new thought"), ("block", "2:<p>three</p>"), ("ping", "")],
            ignoreOrder: false
        );
    }

    [Fact]
    public async Task A_restart_tells_the_reader_to_forget()
    {
        RunEvent[] events =
        [
            new(1, RunEventKind.Text, "wrong"),
            new(2, RunEventKind.Restart, ""),
            new(3, RunEventKind.Text, "right"),
        ];
        (await DrawAsync(after: 1, events)).ShouldBe([
            ("reset", ""),
            ("block", "0:<p>right</p>"),
            ("ping", ""),
        ]);
        (await DrawAsync(after: 2, events)).ShouldBe([("block", "0:<p>right</p>"), ("ping", "")]);
    }

    private async Task<(int Draws, long Work)> StreamAsync(int length)
    {
        var view = new LiveAnswer(clock);
        var (draws, work) = (0, 0L);
        const int step = 50;
        for (var (seq, at) = (1, 0); at < length; seq++, at += step)
        {
            view.Take(
                new RunEvent(
                    seq,
                    RunEventKind.Text,
                    string.Concat(Enumerable.Repeat("word ", step / 5))
                ),
                0
            );
            clock.Advance(TimeSpan.FromMilliseconds(80));
            if (view.DueIn > TimeSpan.Zero)
                continue;
            draws++;
            work += at + step;
            await view.DrawAsync(
                new ServerEvents(new DefaultHttpContext().Response, clock),
                default
            );
        }

        return (draws, work);
    }

    private async Task<List<(string Name, string Data)>> DrawAsync(
        int after,
        IEnumerable<RunEvent> events
    )
    {
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Response.Body = body;
        var view = new LiveAnswer(clock);
        foreach (var item in events)
            view.Take(item, after);
        await view.DrawAsync(new ServerEvents(context.Response, clock), default);
        body.Position = 0;
        using var reader = new StreamReader(body);
        return
        [
            .. (await reader.ReadToEndAsync())
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(item => item.Split('\n'))
                .Select(lines =>
                    (lines[0]["event: ".Length..], Data(lines[^1]["data: ".Length..]))
                ),
        ];
    }

    private static string Data(string json)
    {
        var data = JsonDocument.Parse(json).RootElement;
        return data.TryGetProperty("text", out var text) ? text.GetString()!
            : data.TryGetProperty("html", out var html)
                ? $"{data.GetProperty("i")}:{html.GetString()!.Trim()}"
            : "";
    }
}
