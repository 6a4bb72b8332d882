using System.Net;
using NetRoom.Kernel;

namespace NetRoom.AppTests;

/// <summary>What is one person's is not there for another.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class Strangers(NetRoomApp app)
{
    private const string Secret = "rosebud-7c1f";

    [Fact]
    public async Task Another_accounts_chat_answer_and_receipt_are_not_there()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync($"My secret is {Secret}");
        var answer = await alice.AnswerAsync(asked);
        var run = await app.Books.RunOfAnswerAsync(asked.Answer);
        var transfer = await app.Books.ScalarAsync<Guid>(
            "SELECT t.id FROM billing.transfer t JOIN generation.run r ON r.hold_id = t.idem_ref WHERE r.id = $1 AND t.kind = 'Capture'",
            run.Id
        );
        var bob = await app.SignUpAsync();
        var bobs = await bob.AskAsync("Hello");
        await bob.AnswerAsync(bobs);

        string[] reads =
        [
            $"/c/{asked.Chat}",
            $"/c/{asked.Chat}?before={asked.Answer}",
            $"/c/{asked.Chat}/answers/{asked.Answer}/events",
            $"/c/{bobs.Chat}/answers/{asked.Answer}/events",
            $"/balance/receipts/{transfer}",
            $"/balance/receipts/by-job/{run.Id}",
        ];
        foreach (var path in reads)
        foreach (var fragment in new[] { false, true })
            ShouldNotBeThere(await bob.OpenAsync(path, fragment));

        var token = (await bob.OpenAsync($"/c/{bobs.Chat}")).Form("#act").Fields();
        var draft = await bob.DraftAsync("Let me in", "sandbox-echo");
        (string Path, Dictionary<string, string> Fields)[] writes =
        [
            ($"/c/{asked.Chat}/messages", draft.Fields),
            ($"/c/{asked.Chat}/questions/{asked.Question}/retry", token),
            ($"/c/{asked.Chat}/answers/{asked.Answer}/stop", token),
            ($"/c/{bobs.Chat}/answers/{asked.Answer}/stop", token),
            ($"/c/{asked.Chat}/rename", new(token) { ["title"] = "Bob was here" }),
            ($"/c/{asked.Chat}/delete", token),
        ];
        foreach (var (path, fields) in writes)
        foreach (var fragment in new[] { false, true })
            ShouldNotBeThere(await bob.PostAsync(path, fields, fragment));
        // A question of hers within a chat of his: asked again is refused.
        var retry = await bob.PostAsync($"/c/{bobs.Chat}/questions/{asked.Question}/retry", token);
        retry.Status.ShouldBe(HttpStatusCode.Conflict);

        foreach (
            var path in new[]
            {
                "/",
                "/chats/list",
                "/balance",
                "/balance/statement.csv",
                $"/chats/quote?model=sandbox-echo&chat={asked.Chat}",
            }
        )
        {
            var reply = await bob.OpenAsync(path);
            reply.Status.ShouldBe(HttpStatusCode.OK);
            ShouldTellNothing(reply, asked, run.Id, transfer);
        }

        // The price of a message in her chat is the price of a message in no chat: its length is a secret too.
        (
            await bob.OpenAsync(
                $"/chats/quote?model=sandbox-echo&ascii=10&chat={asked.Chat}",
                fragment: true
            )
        ).Body.ShouldBe(
            (await bob.OpenAsync("/chats/quote?model=sandbox-echo&ascii=10", fragment: true)).Body
        );

        // A key that is her question's gives nothing of it away either.
        var stolen = await bob.SendAsync(draft.With(("key", asked.Question.ToString())));
        ((int)stolen.Status).ShouldBeInRange(400, 499);
        ShouldTellNothing(stolen, asked, run.Id, transfer);

        (await alice.LookAsync(asked)).ShouldBe(answer with { CanTryAgain = true });
        (await alice.OpenAsync($"/c/{asked.Chat}")).Page.Title!.ShouldContain(Secret);
        (await app.Books.AvailableAsync(alice.Email)).ShouldBe(Money.Roubles(50) - answer.Charge);
    }

    [Fact]
    public async Task Another_account_cannot_stop_a_running_answer()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync("pace 100 x 20ms", "sandbox-pace");
        var bob = await app.SignUpAsync();
        var token = (await bob.OpenAsync("/")).Form("#act").Fields();
        ShouldNotBeThere(
            await bob.PostAsync(
                $"/c/{asked.Chat}/answers/{asked.Answer}/stop",
                token,
                fragment: true
            )
        );
        (await alice.AnswerAsync(asked)).State.ShouldBe("completed");
    }

    [Theory]
    [InlineData("/c/{0}")]
    [InlineData("/c/{0}/answers/{1}/events")]
    [InlineData("/balance")]
    [InlineData("/balance/statement.csv")]
    [InlineData("/chats/list")]
    [InlineData("/chats/quote?model=sandbox-echo")]
    public async Task A_visitor_is_asked_to_sign_in(string path)
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync($"My secret is {Secret}");
        await alice.AnswerAsync(asked);
        path = string.Format(
            System.Globalization.CultureInfo.InvariantCulture,
            path,
            asked.Chat,
            asked.Answer
        );

        var visitor = app.Visitor();
        var page = await visitor.OpenAsync(path);
        page.Status.ShouldBe(HttpStatusCode.Found);
        page.Location!.ShouldStartWith("/sign-in?returnUrl=");
        var part = await visitor.OpenAsync(path, fragment: true);
        part.Status.ShouldBe(HttpStatusCode.Unauthorized);
        part.Body.ShouldNotContain(Secret);
    }

    private static void ShouldNotBeThere(Reply reply)
    {
        reply.Status.ShouldBe(HttpStatusCode.NotFound, reply.Address.ToString());
        reply.Body.ShouldNotContain(Secret);
        reply.Sentence.ShouldNotBeEmpty();
    }

    private static void ShouldTellNothing(Reply reply, Asked asked, params Guid[] ids)
    {
        reply.Body.ShouldNotContain(Secret);
        foreach (var id in (Guid[])[asked.Question, asked.Answer, .. ids])
            reply.Body.ShouldNotContain(id.ToString());
    }
}
