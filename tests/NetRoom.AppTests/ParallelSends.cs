using System.Net;
using NetRoom.Kernel;

namespace NetRoom.AppTests;

[Collection(NetRoomApp.Collection)]
public sealed class ParallelSends(NetRoomApp app)
{
    private const string Long = "pace 100 x 20ms";

    [Fact]
    [BillingFailure(1)]
    public async Task Fifty_messages_at_once_never_spend_more_than_there_is()
    {
        var alice = await app.SignUpAsync();
        var there = alice.On(await app.SecondNodeAsync());
        var balance = Money.Roubles(1);
        await app.Books.LeaveAsync(alice.Email, balance);
        var draft = await alice.DraftAsync(Long, "sandbox-pace");
        // Each may hold a tenth of the balance, so that ten can run at a time and forty must be refused or wait their turn.
        var each = Money.Kopecks(10);
        var drafts = Enumerable
            .Range(0, 50)
            .Select(_ => draft.With(("key", Ids.New().ToString()), ("ceiling", $"{each.Micro}")))
            .ToList();

        var replies = await Task.WhenAll(
            drafts.Select((it, i) => (i % 2 == 0 ? alice : there).SendAsync(it))
        );

        var refused = replies.Where(reply => reply.Status != HttpStatusCode.Created).ToList();
        refused.ShouldNotBeEmpty();
        foreach (var reply in refused)
        {
            reply.Status.ShouldBe(HttpStatusCode.PaymentRequired, reply.Sentence);
            reply.Sentence.ShouldContain("is available");
        }

        var sent = drafts
            .Zip(replies)
            .Where(it => it.Second.Status == HttpStatusCode.Created)
            .ToList();
        sent.Count.ShouldBeGreaterThanOrEqualTo(9);
        var charged = Money.Zero;
        foreach (var (it, reply) in sent)
        {
            var answer = await alice.AnswerAsync(await alice.SentAsync(it, reply));
            answer.State.ShouldBe("completed", answer.Note);
            answer.Charge.ShouldBeLessThanOrEqualTo(each);
            charged += answer.Charge;
        }

        charged.ShouldBeLessThanOrEqualTo(balance);
        (await app.Books.AvailableAsync(alice.Email)).ShouldBe(balance - charged);
        (await app.Books.HeldAsync(alice.Email)).ShouldBe(Money.Zero);
        await app.Books.ShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Everybody_of_a_crowd_that_signs_up_at_once_has_the_bonus_on_the_first_page()
    {
        var second = await app.SecondNodeAsync();
        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(async i =>
                {
                    var person = await app.SignUpAsync(i % 2 == 0 ? app.Node : second);
                    (await person.BalanceAsync()).ShouldBe(Money.Roubles(50));
                })
        );
        await app.Books.ShouldBeInOrderAsync();
    }

    [Fact]
    public async Task The_same_message_sent_twenty_times_at_once_is_one_question_and_one_run()
    {
        var alice = await app.SignUpAsync();
        var there = alice.On(await app.SecondNodeAsync());
        var since = await app.Sandbox.LastCallAsync();
        var draft = await alice.DraftAsync(Long, "sandbox-pace");

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? alice : there).SendAsync(draft))
        );

        replies.ShouldAllBe(reply => reply.Status == HttpStatusCode.Created);
        replies.Select(reply => reply.Location).Distinct().ShouldHaveSingleItem();
        var answer = await alice.AnswerAsync(await alice.SentAsync(draft, replies[0]));
        answer.State.ShouldBe("completed");
        var call = await app.Sandbox.EndedCallAsync("gpt-sandbox-pace", since);
        answer.Charge.ShouldBe(Price.Of(call));
        (await app.Books.AvailableAsync(alice.Email)).ShouldBe(Money.Roubles(50) - answer.Charge);
        (await CountChatsAsync(alice)).ShouldBe(1);

        // And once more, long after: still the same one.
        var late = await alice.SendAsync(draft);
        late.Location.ShouldBe(replies[0].Location);
        (await app.Books.AvailableAsync(alice.Email)).ShouldBe(Money.Roubles(50) - answer.Charge);
        await app.Books.ShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Of_two_messages_in_one_chat_at_once_one_wins_and_the_other_gets_the_sentence()
    {
        var alice = await app.SignUpAsync();
        var there = alice.On(await app.SecondNodeAsync());
        var first = await alice.AskAsync("Hello");
        await alice.AnswerAsync(first);
        var here = await alice.DraftAsync(Long + " here", "sandbox-pace", first.Chat);
        var other = await there.DraftAsync(Long + " there", "sandbox-pace", first.Chat);

        var replies = await Task.WhenAll(alice.SendAsync(here), there.SendAsync(other));

        replies
            .Select(reply => reply.Status)
            .ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict], ignoreOrder: true);
        var loser = replies.Single(reply => reply.Status == HttpStatusCode.Conflict);
        loser.Sentence.ShouldContain("still being written");
        var page = await alice.OpenAsync($"/c/{first.Chat}");
        page.Page.QuerySelectorAll("article.me").Length.ShouldBe(2);
        page.Page.QuerySelectorAll("article.bot").Length.ShouldBe(2);

        // A third one while it answers gets the sentence too, and keeps its text in the page without script.
        var third = await alice.DraftAsync("A third message", "sandbox-echo", first.Chat);
        var refused = await alice.SendAsync(third, withScript: false);
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Sentence.ShouldContain("still being written");
        refused.Page.QuerySelector("textarea")!.TextContent.ShouldBe("A third message");
        refused.Page.QuerySelector("button.stop").ShouldNotBeNull();
        await app.Books.ShouldBeInOrderAsync();
    }

    private Task<long> CountChatsAsync(Person person) =>
        app.Books.ScalarAsync<long>(
            "SELECT count(*) FROM chats.conversation c JOIN accounts.identity i ON i.account_id = c.account_id WHERE i.subject = $1",
            person.Email
        );
}
