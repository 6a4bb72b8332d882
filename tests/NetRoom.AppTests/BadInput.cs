using System.Net;
using NetRoom.Kernel;

namespace NetRoom.AppTests;

/// <summary>What cannot be done is said in a sentence, with its status, and what was typed is still there.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class BadInput(NetRoomApp app)
{
    private const string Typed = "What I typed <b>with care</b> & \"quotes\"";

    [Theory]
    [InlineData("")]
    [InlineData("  \n\t ")]
    public async Task An_empty_message_is_refused(string text)
    {
        var alice = await app.SignUpAsync();
        var draft = (await alice.DraftAsync(Typed, "sandbox-echo")).With(("text", text));
        await ShouldBeRefusedAsync(
            alice,
            draft,
            HttpStatusCode.UnprocessableEntity,
            "Write something first."
        );
    }

    [Fact]
    public async Task A_paste_of_a_megabyte_that_the_model_cannot_take_is_refused()
    {
        var alice = await app.SignUpAsync();
        var text = new string('x', 1024 * 1024);
        var draft = (await alice.DraftAsync("x", "sandbox-echo")).With(("text", text));
        await ShouldBeRefusedAsync(
            alice,
            draft,
            HttpStatusCode.RequestEntityTooLarge,
            "too long for this model"
        );
        // A model with more room takes it as it is; so does this one a part of it.
        var fits = await alice.AskAsync(text[..200_000], "sandbox-echo");
        (await alice.AnswerAsync(fits)).Text.ShouldContain("characters: 200000");
    }

    [Fact]
    public async Task Ten_megabytes_are_refused()
    {
        var alice = await app.SignUpAsync();
        var draft = (await alice.DraftAsync("x", "sandbox-echo")).With(
            ("text", string.Concat(Enumerable.Repeat("word ", 2 * 1024 * 1024)))
        );
        await ShouldBeRefusedAsync(
            alice,
            draft,
            HttpStatusCode.RequestEntityTooLarge,
            "at most 2,000,000 can be sent"
        );
    }

    [Fact]
    public async Task A_body_above_every_limit_is_refused_in_words()
    {
        var alice = await app.SignUpAsync();
        var draft = (await alice.DraftAsync("x", "sandbox-echo")).With(
            ("text", new string('x', 30 * 1024 * 1024))
        );
        // Browsers stop at the box's own limit; others are told before they send it all.
        var request = alice.Request(HttpMethod.Post, draft.Action, "text/html");
        request.Headers.ExpectContinue = true;
        request.Content = new FormUrlEncodedContent(draft.Fields);
        var reply = await alice.SendAsync(request);
        reply.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        reply.Sentence.ShouldContain("too much for one request");
    }

    [Theory]
    [InlineData("/balance/limits")]
    [InlineData("/settings/profile")]
    [InlineData("/preferences/theme")]
    public async Task A_form_that_is_far_too_long_is_refused_in_words(string path)
    {
        var alice = await app.SignUpAsync();
        var reply = await alice.PostAsync(
            path,
            new Dictionary<string, string> { ["name"] = new('x', 300 * 1024) }
        );
        reply.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        reply.Sentence.ShouldContain("too much for one request");
    }

    [Fact]
    public async Task An_unknown_model_is_refused()
    {
        var alice = await app.SignUpAsync();
        var draft = await alice.DraftAsync(Typed, "sandbox-echo");
        foreach (var model in new[] { "no-such-model", "" })
            await ShouldBeRefusedAsync(
                alice,
                draft.With(("model", model)),
                HttpStatusCode.UnprocessableEntity,
                "not on offer"
            );
    }

    [Fact]
    [Fault(26)]
    public async Task A_model_that_goes_while_one_types_is_refused()
    {
        const string model = "sandbox-claude-writer";
        var alice = await app.SignUpAsync();
        var draft = await alice.DraftAsync(Typed, model);
        var chat = await alice.AskAsync("A chat with it", model);
        await alice.AnswerAsync(chat);
        var inChat = await alice.DraftAsync(Typed, model, chat.Chat);
        await SetStatusAsync(model, "Gone");
        try
        {
            await Eventually.TrueAsync(
                async () =>
                    !(await alice.OpenAsync("/")).Body.Contains(
                        $"\"{model}\"",
                        StringComparison.Ordinal
                    ),
                "the catalogue to be read again"
            );
            await ShouldBeRefusedAsync(
                alice,
                draft,
                HttpStatusCode.ServiceUnavailable,
                "is not available right now"
            );
            await ShouldBeRefusedAsync(
                alice,
                inChat,
                HttpStatusCode.ServiceUnavailable,
                "is not available right now"
            );
            // The chat itself is still there to read and to go on with another model.
            var page = await alice.OpenAsync($"/c/{chat.Chat}");
            page.Status.ShouldBe(HttpStatusCode.OK);
            var next = await alice.AskAsync(Typed, "sandbox-echo", chat.Chat);
            (await alice.AnswerAsync(next)).State.ShouldBe("completed");
        }
        finally
        {
            await SetStatusAsync(model, "Active");
        }
    }

    [Fact]
    public async Task A_message_after_the_session_has_ended_asks_to_sign_in_and_is_kept()
    {
        var alice = await app.SignUpAsync();
        var draft = await alice.DraftAsync(Typed, "sandbox-echo");
        // Signed out in another tab.
        var page = await alice.OpenAsync("/");
        await alice.SubmitAsync(page, "form[action='/sign-out']");

        var part = await alice.SendAsync(draft);
        part.Status.ShouldBe(HttpStatusCode.Unauthorized);
        part.Sentence.ShouldNotBeEmpty();
        part.Page.QuerySelector("a[href^='/sign-in']").ShouldNotBeNull();

        var whole = await alice.SendAsync(draft, withScript: false);
        whole.Status.ShouldBe(HttpStatusCode.Unauthorized);
        whole.Sentence.ShouldContain("sign in", Case.Insensitive);
        whole.Page.QuerySelector("a[href^='/sign-in']").ShouldNotBeNull();
        whole.Page.QuerySelector("textarea")!.TextContent.ShouldBe(Typed);
    }

    [Fact]
    public async Task Without_money_a_message_is_refused_and_its_price_line_says_so()
    {
        var alice = await app.SignUpAsync();
        await app.Books.LeaveAsync(alice.Email, Money.Zero);
        var draft = await alice.DraftAsync(Typed, "sandbox-echo");
        draft.Ceiling.ShouldBeNull();
        await ShouldBeRefusedAsync(alice, draft, HttpStatusCode.PaymentRequired, "Top up");
        (await alice.OpenAsync("/")).Sentence.ShouldContain("Top up");
    }

    [Fact]
    [Fault(31)]
    public async Task A_price_above_the_one_shown_is_never_charged()
    {
        var alice = await app.SignUpAsync();
        var draft = await alice.DraftAsync(Typed, "sandbox-echo");
        await ShouldBeRefusedAsync(
            alice,
            draft.With(("ceiling", "100")),
            HttpStatusCode.Conflict,
            "The price is higher"
        );
        // A ceiling that pays for a short answer makes the answer short.
        var low = draft.With(
            ("ceiling", "90000"),
            ("text", "pace 4000 x 0ms"),
            ("model", "sandbox-pace")
        );
        var answer = await alice.AnswerAsync(
            await alice.SentAsync(low, await alice.SendAsync(low))
        );
        answer.State.ShouldBe("completed");
        answer.IsTruncated.ShouldBeTrue();
        answer.Charge.ShouldBeLessThanOrEqualTo(low.Ceiling!.Value);
    }

    [Fact]
    public async Task A_zero_character_in_a_message_does_no_harm()
    {
        var alice = await app.SignUpAsync();
        var draft = (await alice.DraftAsync("x", "sandbox-echo")).With(("text", "before\0after"));
        foreach (var script in new[] { true, false })
        {
            var reply = await alice.SendAsync(draft, script);
            ((int)reply.Status).ShouldBeInRange(200, 499, reply.Sentence);
        }
    }

    [Fact]
    public async Task When_the_provider_is_down_the_answer_says_so_and_costs_nothing()
    {
        var node = await app.StartNodeAsync(("Sandbox:BaseUrl", "http://127.0.0.1:9"));
        var alice = await app.SignUpAsync(node);
        var asked = await alice.AskAsync(Typed, "sandbox-echo");
        var answer = await alice.AnswerAsync(asked);
        answer.State.ShouldBe("failed");
        answer.Note.ShouldNotBeNull();
        answer.Note.ShouldContain("could not be reached");
        answer.Charge.ShouldBe(Money.Zero);
        (await alice.OpenAsync($"/c/{asked.Chat}"))
            .Page.QuerySelector("article.me")!
            .TextContent.ShouldBe(Typed);
        (await app.Books.HeldAsync(alice.Email)).ShouldBe(Money.Zero);

        // It comes back: the same question, on a node that can reach it.
        var there = alice.On(app.Node);
        (await there.AnswerAsync(await there.RetryAsync(asked))).State.ShouldBe("completed");
        await node.StopAsync();
    }

    [Theory]
    [InlineData("/c/not-a-guid")]
    [InlineData("/no/such/page")]
    [InlineData("/models/no-such-model")]
    [InlineData("/balance/receipts/00000000-0000-0000-0000-000000000000")]
    [InlineData("/chats/quote?model=no-such-model")]
    [InlineData("/c/00000000-0000-0000-0000-000000000000?before=x")]
    [InlineData("/balance?before=x")]
    [InlineData("/chats/list?before=999999999999999999999.x.y")]
    public async Task A_wrong_address_is_answered_in_words(string path)
    {
        var alice = await app.SignUpAsync();
        foreach (
            var reply in new[]
            {
                await alice.OpenAsync(path),
                await alice.OpenAsync(path, fragment: true),
            }
        )
        {
            ((int)reply.Status).ShouldBeInRange(200, 499);
            if ((int)reply.Status >= 400)
                reply.Sentence.ShouldNotBeEmpty();
        }
    }

    /// <summary>As a part of the page and as a whole page; nothing is held and nothing is written in either.</summary>
    private async Task ShouldBeRefusedAsync(
        Person person,
        Draft draft,
        HttpStatusCode status,
        string says
    )
    {
        var part = await person.SendAsync(draft);
        part.Status.ShouldBe(status, part.Sentence);
        part.Sentence.ShouldContain(says);
        part.Page.QuerySelector("main").ShouldBeNull();

        var whole = await person.SendAsync(draft, withScript: false);
        whole.Status.ShouldBe(status, whole.Sentence);
        whole
            .Page.QuerySelector("main .composer-problem [role=alert]")!
            .TextContent.ShouldContain(says);
        whole
            .Page.QuerySelector("textarea[name=text]")!
            .TextContent.ReplaceLineEndings("\n")
            .ShouldBe(draft.Fields["text"].ReplaceLineEndings("\n"));
        (await app.Books.HeldAsync(person.Email)).ShouldBe(Money.Zero);
        (
            await app.Books.ScalarAsync<long>(
                "SELECT count(*) FROM chats.message WHERE id = $1",
                Guid.Parse(draft.Fields["key"])
            )
        ).ShouldBe(0);
    }

    private Task SetStatusAsync(string model, string status) =>
        app.Books.ExecuteAsync("UPDATE catalog.model SET status = $2 WHERE id = $1", model, status);
}
