using System.Text.RegularExpressions;

namespace NetRoom.AppTests;

/// <summary>A running answer belongs to the server: readers come, go and come back, on any node.</summary>
[Collection(NetRoomApp.Collection)]
public sealed partial class Readers(NetRoomApp app)
{
    private const string Question = "Write about the history of the heat pump";

    [Fact]
    public async Task All_readers_of_an_answer_end_with_the_same_text()
    {
        var alice = await app.SignUpAsync();
        var phone = await alice.InAnotherBrowserAsync();
        var tablet = await alice.InAnotherBrowserAsync(await app.SecondNodeAsync());
        var asked = await alice.AskAsync(Question, "sandbox-slow");

        // One leaves early and does not come back: nobody notices.
        var gone = alice.FollowAsync(asked, leave: screen => screen.BlockCount > 0);
        var first = alice.FollowAsync(asked);
        var early = tablet.FollowAsync(asked);
        await gone;
        var late = await Task.WhenAll(
            alice.FollowAsync(asked),
            phone.FollowAsync(asked),
            tablet.FollowAsync(asked)
        );
        Screen[] all = [await first, await early, .. late];

        var answer = await alice.LookAsync(asked);
        answer.State.ShouldBe("completed", answer.Note);
        foreach (var screen in all)
        {
            screen.Answer!.Prose.ShouldBe(answer.Prose);
            screen.Answer.Charge.ShouldBe(answer.Charge);
            ShouldHaveBeenOnTheWay(screen);
        }

        all[0].BlockCount.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reader_that_comes_back_goes_on_where_it_was(bool onAnotherNode)
    {
        var alice = await app.SignUpAsync();
        var there = onAnotherNode ? alice.On(await app.SecondNodeAsync()) : alice;
        var asked = await alice.AskAsync(Question, "sandbox-slow");

        var screen = new Screen();
        for (var length = 100; screen.Answer is null; length = screen.Html.Length + 250)
        {
            var (before, reader) = (Letters(screen.Text).Length, length % 2 == 0 ? alice : there);
            await reader.FollowAsync(
                asked,
                screen,
                leave: it => it.Html.Length > length && it.LastId is not null
            );
            Letters(screen.Text).Length.ShouldBeGreaterThanOrEqualTo(before);
        }

        screen.Answer.State.ShouldBe("completed");
        ShouldHaveBeenOnTheWay(screen);
    }

    [Fact]
    public async Task A_reader_that_comes_back_gets_only_what_is_new()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync(Question, "sandbox-slow");
        var screen = await alice.FollowAsync(
            asked,
            leave: it => it.BlockCount > 2 && it.LastId is not null
        );
        // The last block is open, and the one before may have become finished since.
        var finished = screen.BlockCount - 2;

        await using var stream = await alice.OpenEventsAsync(asked, screen.LastId);
        var indexes = new List<int>();
        await foreach (var item in stream.ReadAsync())
        {
            if (item.Name == "block")
                indexes.Add(item.Data.GetProperty("i").GetInt32());
            if (item.Name == "done")
                break;
        }

        indexes.ShouldNotBeEmpty();
        indexes.Min().ShouldBeGreaterThanOrEqualTo(finished);
    }

    [Fact]
    public async Task Reasoning_is_neither_lost_nor_doubled_when_a_reader_comes_back()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync("Think", "sandbox-thinker", effort: "low");
        var screen = await alice.FollowAsync(asked);
        screen.Answer!.State.ShouldBe("completed");
        var back = await alice.FollowAsync(asked, screen);
        back.Reasoning.ShouldBe(screen.Reasoning);
        (
            screen.Reasoning.Length == 0
            || screen.Answer.Reasoning!.StartsWith(screen.Reasoning, StringComparison.Ordinal)
        ).ShouldBeTrue();
    }

    [Fact]
    [BillingFailure(4)]
    public async Task An_answer_is_finished_though_nobody_reads_it()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync("pace 50 x 20ms", "sandbox-pace");
        await Eventually.TrueAsync(
            async () => (await app.Books.RunOfAnswerAsync(asked.Answer)).State == 1,
            "the end of an answer that nobody reads"
        );
        var answer = await alice.LookAsync(asked);
        answer.State.ShouldBe("completed");
        // A reader who comes after the end gets the whole article at once.
        (await alice.AnswerAsync(asked)).Prose.ShouldBe(answer.Prose);
    }

    [Fact]
    public async Task The_events_say_that_nobody_may_keep_or_delay_them()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync("Hello");
        await using var stream = await alice.OpenEventsAsync(asked);
        stream.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        stream.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        stream.Response.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        stream.Response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    /// <summary>
    /// What stood on the screen is the beginning of the finished answer, to the letter; all but the open block also in its markup.
    /// The last words may come with "done" alone.
    /// </summary>
    private static void ShouldHaveBeenOnTheWay(Screen screen)
    {
        screen.BlockCount.ShouldBeGreaterThan(2);
        Letters(screen.Answer!.Prose).ShouldStartWith(Letters(screen.FinishedHtml));
        Letters(screen.Answer.Text).ShouldStartWith(Letters(screen.Text));
    }

    /// <summary>Without white space between and inside of tags, where a whole text and its blocks may differ.</summary>
    private static string Letters(string html) => WhiteSpace().Replace(html, "");

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WhiteSpace();
}
