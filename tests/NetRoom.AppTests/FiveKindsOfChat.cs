using NetRoom.Kernel;

namespace NetRoom.AppTests;

[Collection(NetRoomApp.Collection)]
public sealed class FiveKindsOfChat(NetRoomApp app)
{
    [Theory]
    [InlineData("echo", "What is a heat pump?", null, "You asked")]
    [InlineData("coder", "Reverse a list", null, "sieve")]
    [InlineData("tables", "Compare three ways to learn", null, "")]
    [InlineData("math", "How much is 2 + 3 * 4?", null, "14")]
    [InlineData("thinker", "Think it over", "high", "You asked")]
    public async Task Ends_completed_and_charges_what_the_provider_counted(
        string kind,
        string text,
        string? effort,
        string says
    )
    {
        var alice = await app.SignUpAsync();
        var before = await alice.BalanceAsync();
        before.ShouldBe(Money.Roubles(50));

        var since = await app.Sandbox.LastCallAsync();
        var asked = await alice.AskAsync(text, $"sandbox-{kind}", effort: effort);
        var answer = await alice.AnswerAsync(asked);

        answer.State.ShouldBe("completed");
        answer.Text.ShouldContain(says, Case.Insensitive);
        answer.Note.ShouldBeNull();
        if (effort is not null)
            answer.Reasoning.ShouldNotBeNullOrEmpty();

        var call = (await app.Sandbox.CallsAsync($"gpt-sandbox-{kind}"))
            .Where(call => call.Id > since)
            .ShouldHaveSingleItem();
        var price = Price.Of(call);
        var run = await app.Books.RunOfAnswerAsync(asked.Answer);
        answer.Charge.ShouldBe(price);
        run.Charged.ShouldBe(price);
        run.Captured.ShouldBe(price);
        run.Held.ShouldBe(asked.Ceiling!.Value);
        price.ShouldBeLessThanOrEqualTo(asked.Ceiling!.Value);
        answer.IsEstimated.ShouldBeFalse();

        var receipt = await alice.ReceiptAsync(answer);
        Answer.ParseMoney(receipt.Page.QuerySelector(".big.money")!.TextContent).ShouldBe(-price);
        (await app.Books.AvailableAsync(alice.Email)).ShouldBe(before - price);
        (await app.Books.HeldAsync(alice.Email)).ShouldBe(Money.Zero);
        await app.Books.ShouldBeInOrderAsync();
    }
}
