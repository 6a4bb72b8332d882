using System.Net;
using NetRoom.Sandbox;

namespace NetRoom.Tests.Sandbox;

public sealed class AnswerTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    [Theory]
    [InlineData("Сколько будет 2 + 2 * 2?", "**6**")]
    [InlineData("What is (1.5 + 0.5) ^ 10 / 4?", "**256**")]
    [InlineData("вычисли 10/4", "**2,5**")]
    [InlineData("-3 - -4", "**1**")]
    [InlineData("1 / 0", "no value")]
    [InlineData("What is the weather?", "no arithmetic expression")]
    public async Task The_mathematician_evaluates_the_expression_in_the_question(
        string question,
        string expected
    ) => (await SayAsync("math", question)).ShouldContain(expected);

    [Theory]
    [InlineData("Напиши 300 слов о море", 300)]
    [InlineData("Write a 2,500-word story", 2500)]
    [InlineData("Write about rivers", 1500)]
    public async Task The_writer_keeps_to_the_number_of_words(string question, int words)
    {
        var text = await SayAsync("writer", question);
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Count(word => !word.StartsWith('#'))
            .ShouldBe(words);
    }

    [Fact]
    public async Task Echo_counts_the_question_in_its_language()
    {
        var text = await SayAsync("echo", "Привет, мир 👋🏽");
        text.ShouldContain("> Привет, мир 👋🏽");
        text.ShouldContain("символов: **13**");
        text.ShouldContain("слов: **2**");
        text.ShouldContain("язык: русский");
    }

    [Fact]
    public async Task Code_comes_in_three_languages_and_tables_in_two_widths()
    {
        var code = await SayAsync("coder", "primes");
        foreach (var fence in new[] { "\n```csharp\n", "\n```python\n", "\n```typescript\n" })
        {
            code.ShouldContain(fence);
        }
        (await SayAsync("tables", "planets")).Split("|---").Length.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("Hello", "A short talk: Hello")]
    [InlineData("Привет!", "Короткий разговор: Привет")]
    [InlineData("How do I bake good bread at home?", "How do I bake good bread")]
    [InlineData("", "A short talk")]
    public async Task A_title_has_three_to_six_plain_words(string conversation, string title) =>
        (await SayAsync("coder", conversation, "Give a title to this conversation.")).ShouldBe(
            title
        );

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("  two  words  ")]
    [InlineData("Привет, мир! 😀😀 конец\n")]
    public void Tokens_together_are_the_text_and_a_cut_keeps_the_count(string text)
    {
        string.Concat(Tokenizer.Split(text)).ShouldBe(text);
        for (var tokens = 0; tokens <= Tokenizer.Count(text); tokens++)
        {
            Tokenizer.Count(text.AsSpan(0, Tokenizer.LengthOf(text, tokens))).ShouldBe(tokens);
        }
    }

    [Fact]
    public async Task The_front_page_and_both_lists_name_the_models()
    {
        var page = await sandbox.Http.GetStringAsync(sandbox.Address);
        page.ShouldContain("gpt-sandbox-echo");
        page.ShouldContain("claude-fault-start-twice");
        page.ShouldContain(sandbox.Address + "openai/v1");

        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(sandbox.Address, "/openai/v1/models")
        );
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer sandbox-test");
        using var response = await sandbox.Http.SendAsync(request);
        var models = (await response.JsonAsync()).GetProperty("data").EnumerateArray().ToList();
        models.ShouldAllBe(model => model.GetProperty("owned_by").GetString() == "sandbox");
        models.Count.ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task It_is_healthy_and_forgets_on_request()
    {
        using var health = await sandbox.Http.GetAsync(new Uri(sandbox.Address, "/health"));
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
        await SayAsync("echo", "Hi");
        using var reset = await sandbox.Http.PostAsync(
            new Uri(sandbox.Address, "/_sandbox/reset"),
            null
        );
        reset.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await sandbox.Http.GetStringAsync(new Uri(sandbox.Address, "/_sandbox/calls"))).ShouldBe(
            "[]"
        );
    }

    [Fact]
    public void It_does_not_start_in_production() =>
        Should
            .Throw<NotForProductionException>(() =>
                SandboxApp.Create(["--environment", "Production"])
            )
            .Message.ShouldContain("Production");

    private async Task<string> SayAsync(string model, string question, string system = "Be kind.")
    {
        using var response = await sandbox.AskOpenAi(
            new
            {
                model = "gpt-sandbox-" + model,
                messages = new[]
                {
                    new { role = "system", content = system },
                    new { role = "user", content = question },
                },
            }
        );
        return (await response.JsonAsync()).At("choices.0.message.content").GetString() ?? "";
    }
}
