using NetRoom.Kernel;
using NetRoom.Sandbox;

namespace NetRoom.AppTests;

[Collection(NetRoomApp.Collection)]
public sealed class StopTests(NetRoomApp app)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [BillingFailure(5)]
    public async Task Stop_charges_only_what_was_produced(bool fromAnotherNode)
    {
        var alice = await app.SignUpAsync();
        var since = await app.Sandbox.LastCallAsync();
        var asked = await alice.AskAsync("pace 4000 x 10ms", "sandbox-pace");
        await alice.UntilWritingAsync(asked, letters: 100);

        var there = fromAnotherNode ? alice.On(await app.SecondNodeAsync()) : alice;
        (await there.StopAsync(asked)).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);
        var answer = await alice.AnswerAsync(asked);

        answer.State.ShouldBe("stopped");
        answer.Note.ShouldNotBeNull();
        answer.Note.ShouldContain("Only what was written is charged.");
        answer.Text.Length.ShouldBeGreaterThanOrEqualTo(90);
        answer.Charge.ShouldBeGreaterThan(Money.Zero);
        (answer.Charge.Micro * 4).ShouldBeLessThan(asked.Ceiling!.Value.Micro);
        answer.IsEstimated.ShouldBeTrue();

        var call = await app.Sandbox.EndedCallAsync("gpt-sandbox-pace", since);
        call.Outcome.ShouldBe("client_gone");
        call.OutputTokens.ShouldBeLessThan(4000);
        var text = await app.Books.ScalarAsync<string>(
            "SELECT text FROM chats.message WHERE id = $1",
            asked.Answer
        );
        // Nothing is charged that the provider did not produce, but for the rule of four letters to a token.
        Tokenizer.Count(text).ShouldBeLessThanOrEqualTo(call.OutputTokens);
        var run = await app.Books.RunOfAnswerAsync(asked.Answer);
        run.Usage["Output"].ShouldBe((text.Length + 3) / 4);
        answer.Charge.ShouldBe(Price.Of(run.Usage["Input"], run.Usage["Output"]));
        run.Captured.ShouldBe(answer.Charge);
        (await app.Books.HeldAsync(alice.Email)).ShouldBe(Money.Zero);
        await app.Books.ShouldBeInOrderAsync();
    }

    [Fact]
    [BillingFailure(6)]
    public async Task Stop_before_any_output_costs_nothing()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync("Say something", "fault-hang");
        await alice.StopAsync(asked);
        var answer = await alice.AnswerAsync(asked);

        answer.State.ShouldBe("stopped");
        answer.Charge.ShouldBe(Money.Zero);
        answer.Note.ShouldNotBeNull();
        answer.Note.ShouldContain("Nothing was charged.");
        (await app.Books.HeldAsync(alice.Email)).ShouldBe(Money.Zero);
        (await alice.BalanceAsync()).ShouldBe(Money.Roubles(50));
    }

    [Fact]
    public async Task Stop_of_an_answer_that_has_ended_changes_nothing()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync("Short");
        var answer = await alice.AnswerAsync(asked);
        await alice.StopAsync(asked);
        (await alice.LookAsync(asked)).ShouldBe(answer with { CanTryAgain = true });
    }

    [Fact]
    public async Task A_chat_that_is_deleted_while_it_answers_stops_and_is_charged_as_Stop_does()
    {
        var alice = await app.SignUpAsync();
        var since = await app.Sandbox.LastCallAsync();
        var asked = await alice.AskAsync("pace 4000 x 10ms", "sandbox-pace");
        await alice.UntilWritingAsync(asked, letters: 100);
        var held = (await app.Books.RunOfAnswerAsync(asked.Answer)).Held;
        await alice.DeleteAsync(asked.Chat);

        (await app.Sandbox.EndedCallAsync("gpt-sandbox-pace", since)).Outcome.ShouldBe(
            "client_gone"
        );
        await Eventually.TrueAsync(
            async () => (await app.Books.HeldAsync(alice.Email)).IsZero,
            "the hold to go"
        );
        var spent = Money.Roubles(50) - await app.Books.AvailableAsync(alice.Email);
        spent.ShouldBeGreaterThan(Money.Zero);
        (spent.Micro * 4).ShouldBeLessThan(held.Micro);
        (await alice.OpenAsync($"/c/{asked.Chat}")).Status.ShouldBe(
            System.Net.HttpStatusCode.NotFound
        );
        await app.Books.ShouldBeInOrderAsync();
    }
}
