using NetRoom.Kernel;

namespace NetRoom.AppTests;

/// <summary>Each way in which a provider can fail or be odd, as a person sees it.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class FaultsOfProviders(NetRoomApp app)
{
    private const string Words = "Tell me about misbehaving models";

    /// <summary>Model, a part of the sentence, whether some text came before.</summary>
    public static TheoryData<string, string, bool> Failing { get; } =
        new()
        {
            { "fault-500", "overloaded", false },
            { "fault-503", "overloaded", false },
            { "fault-quota", "refused our access", false },
            { "fault-401", "refused our access", false },
            { "fault-html-error", "overloaded", false },
            { "fault-cut", "broke in the middle", true },
            { "fault-cut-early", "connection to the provider broke", false },
            { "fault-error-in-stream", "overloaded", true },
            { "fault-error-first", "overloaded", false },
            { "fault-empty", "without an answer", false },
            { "fault-refusal", "safety rules refused", true },
            { "fault-length", "all its tokens on thinking", false },
            { "fault-claude-500", "overloaded", false },
            { "fault-claude-529", "overloaded", false },
            { "fault-claude-quota", "refused our access", false },
            { "fault-claude-cut", "broke in the middle", true },
            { "fault-claude-error-in-stream", "overloaded", true },
            { "fault-claude-empty", "without an answer", false },
            { "fault-claude-refusal", "safety rules refused", false },
            { "fault-gemini-401", "refused our access", false },
            { "fault-gemini-cut", "broke in the middle", true },
            { "fault-gemini-error-in-stream", "overloaded", true },
            { "fault-gemini-refusal", "safety rules refused", false },
            { "fault-gemini-length", "all its tokens on thinking", false },
            { "fault-responses-cut", "broke in the middle", true },
            { "fault-responses-error-in-stream", "overloaded", true },
            { "fault-responses-refusal", "safety rules refused", true },
            { "fault-responses-length", "all its tokens on thinking", false },
        };

    /// <summary>These take seconds each, so they go side by side.</summary>
    private static readonly (string Model, string Says, bool HasText)[] Patient =
    [
        ("fault-429", "too many requests", false),
        ("fault-claude-429", "too many requests", false),
        ("fault-gemini-429", "too many requests", false),
        ("fault-responses-429", "too many requests", false),
        ("fault-hang", "in time", false),
        ("fault-hang-late", "in time", true),
        ("fault-claude-hang", "in time", false),
    ];

    public static TheoryData<string, string> Odd { get; } =
        new()
        {
            { "fault-usage-twice", "misbehaves on purpose" },
            { "fault-split-utf8", "Ёжик 🦔 и улыбка 😀 конец." },
            { "fault-crlf", "to be interrupted." },
            { "fault-keepalive", "to be interrupted." },
            { "fault-no-done", "to be interrupted." },
            { "fault-flaky", "to be interrupted." },
            { "fault-think-tags", "This is the answer" },
            { "fault-both-reasoning", "This is the answer" },
            { "fault-claude-usage-twice", "to be interrupted." },
            { "fault-claude-start-twice", "to be interrupted." },
        };

    [Theory]
    [MemberData(nameof(Failing))]
    public Task A_failed_answer_costs_nothing_and_says_so(
        string model,
        string says,
        bool hasText
    ) => FailAsync(model, says, hasText);

    [Fact]
    public Task A_provider_that_hangs_or_says_wait_is_given_up_and_costs_nothing() =>
        Task.WhenAll(Patient.Select(fault => FailAsync(fault.Model, fault.Says, fault.HasText)));

    [Theory]
    [MemberData(nameof(Odd))]
    [Fault(38)]
    public async Task An_odd_answer_is_whole_and_charged_once(string model, string says)
    {
        var alice = await app.SignUpAsync();
        var since = await app.Sandbox.LastCallAsync();
        var asked = await alice.AskAsync(Words, model);
        var answer = await alice.AnswerAsync(asked);

        answer.State.ShouldBe("completed", answer.Note);
        answer.Text.ShouldContain(says);
        answer.Text.ShouldNotContain("<think>");
        answer.Text.ShouldNotContain("�");
        Occurrences(answer.Text, "misbehaves on purpose").ShouldBeLessThanOrEqualTo(1);
        if (model is "fault-think-tags" or "fault-both-reasoning")
        {
            answer.Reasoning.ShouldNotBeNullOrWhiteSpace();
            Occurrences(answer.Reasoning, answer.Reasoning[..20]).ShouldBe(1);
        }

        var call = (await app.Sandbox.CallsAsync(Wire(model))).Last(call => call.Id > since);
        call.OutputTokens.ShouldBePositive();
        answer.Charge.ShouldBe(Price.Of(call));
        answer.IsEstimated.ShouldBeFalse();
        await ShouldBeSettledAsync(alice, asked, answer);
    }

    [Fact]
    public async Task An_answer_without_usage_is_charged_by_an_estimate_and_says_so()
    {
        var alice = await app.SignUpAsync();
        var since = await app.Sandbox.LastCallAsync();
        var asked = await alice.AskAsync(Words, "fault-no-usage");
        var answer = await alice.AnswerAsync(asked);

        answer.State.ShouldBe("completed");
        answer.IsEstimated.ShouldBeTrue();
        var call = (await app.Sandbox.CallsAsync(Wire("fault-no-usage"))).Last(call =>
            call.Id > since
        );
        answer.Charge.ShouldBeGreaterThan(Price.Of(call.InputTokens / 2, call.OutputTokens / 2));
        answer.Charge.ShouldBeLessThan(Price.Of(call.InputTokens * 2, call.OutputTokens * 2));
        var receipt = await alice.ReceiptAsync(answer);
        receipt.Page.Body!.TextContent.ShouldContain("counted by NetRoom");
        await ShouldBeSettledAsync(alice, asked, answer);
    }

    [Fact]
    [BillingFailure(8)]
    public async Task A_usage_of_zero_is_zero_and_not_unknown()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync(Words, "fault-zero-usage");
        var answer = await alice.AnswerAsync(asked);

        answer.State.ShouldBe("completed");
        answer.Text.ShouldContain("misbehaves on purpose");
        answer.Charge.ShouldBe(Money.Zero);
        answer.IsEstimated.ShouldBeFalse();
        await ShouldBeSettledAsync(alice, asked, answer);
    }

    [Fact]
    public async Task After_a_failure_the_question_can_be_asked_again_and_another_model_answers_it()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync(Words, "fault-cut");
        (await alice.AnswerAsync(asked)).State.ShouldBe("failed");

        var again = await alice.RetryAsync(asked);
        again.Answer.ShouldNotBe(asked.Answer);
        (await alice.AnswerAsync(again)).State.ShouldBe("failed");
        var third = await alice.RetryAsync(asked, "sandbox-echo");
        var answer = await alice.AnswerAsync(third);

        answer.State.ShouldBe("completed", answer.Note);
        answer.Text.ShouldContain(Words);
        var page = await alice.OpenAsync($"/c/{asked.Chat}");
        page.Page.QuerySelectorAll("article.me").Length.ShouldBe(1);
        page.Page.QuerySelectorAll("article.bot").Length.ShouldBe(1);
        await ShouldBeSettledAsync(alice, third, answer);

        // What failed is no part of the conversation that the next prompt holds.
        var next = await alice.AnswerAsync(await alice.AskAsync("And now?", chat: asked.Chat));
        next.Text.ShouldContain("turns in the conversation: 3");
    }

    [Fact]
    public async Task Every_fault_model_of_the_catalogue_is_tried_here()
    {
        var known = await app.Books.ScalarAsync<string[]>(
            "SELECT array_agg(id) FROM catalog.model WHERE id LIKE 'fault-%'"
        );
        string[] tried =
        [
            .. Failing.Select(row => (string)row[0]),
            .. Patient.Select(fault => fault.Model),
            .. Odd.Select(row => (string)row[0]),
            "fault-no-usage",
            "fault-zero-usage",
        ];
        tried.ShouldBe(known, ignoreOrder: true);
    }

    private async Task FailAsync(string model, string says, bool hasText)
    {
        var alice = await app.SignUpAsync();
        var before = await alice.BalanceAsync();
        var asked = await alice.AskAsync(Words, model);
        var answer = await alice.AnswerAsync(asked);

        answer.State.ShouldBe("failed");
        answer.Note.ShouldNotBeNull();
        answer.Note.ShouldContain(says);
        answer.Note.ShouldContain("Nothing was charged.");
        answer.Charge.ShouldBe(Money.Zero);
        answer.Receipt.ShouldBeNull();
        answer.CanTryAgain.ShouldBeTrue();
        (answer.Text.Length > 0).ShouldBe(hasText);
        (await alice.BalanceAsync()).ShouldBe(before);
        await ShouldBeSettledAsync(alice, asked, answer);

        var page = await alice.OpenAsync($"/c/{asked.Chat}");
        page.Page.GetElementById($"m-{asked.Question}")!.TextContent.ShouldBe(Words);
        (await alice.LookAsync(asked)).Note.ShouldBe(answer.Note);
    }

    private async Task ShouldBeSettledAsync(Person person, Asked asked, Answer answer)
    {
        var run = await app.Books.RunOfAnswerAsync(asked.Answer);
        run.HoldState.ShouldNotBe(0, "the hold is still open");
        run.Charged.ShouldBe(answer.Charge);
        run.Captured.ShouldBe(answer.Charge);
        (await app.Books.HeldAsync(person.Email)).ShouldBe(Money.Zero);
        await app.Books.ShouldBeInOrderAsync();
    }

    private static int Occurrences(string text, string part) =>
        text.Split(part, StringSplitOptions.None).Length - 1;

    private static string Wire(string model) =>
        model.StartsWith("fault-claude-", StringComparison.Ordinal)
            ? "claude-fault-" + model["fault-claude-".Length..]
            : "gpt-" + model;
}
