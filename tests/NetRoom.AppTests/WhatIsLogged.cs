using System.Text.RegularExpressions;
using NetRoom.Kernel;

namespace NetRoom.AppTests;

/// <summary>Neither what people write nor what lets them in is ever in the output of a node.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class WhatIsLogged(NetRoomApp app)
{
    [Fact]
    public async Task A_whole_journey_leaves_no_word_of_it_in_the_log()
    {
        // As developers see it; with everything at Debug; with the web server, the database and the HTTP client at Debug too.
        (string, string?)[][] levels =
        [
            [],
            [("Logging:LogLevel:Default", "Debug")],
            [
                ("Logging:LogLevel:Default", "Debug"),
                ("Logging:LogLevel:Microsoft.AspNetCore", "Debug"),
                ("Logging:LogLevel:Microsoft.EntityFrameworkCore", "Debug"),
                ("Logging:LogLevel:Npgsql", "Debug"),
                ("Logging:LogLevel:System.Net.Http", "Debug"),
            ],
        ];
        await Task.WhenAll(levels.Select(JourneyAsync));
    }

    [Fact]
    public async Task Sign_ins_and_refusals_are_in_the_log_without_names()
    {
        var node = await app.StartNodeAsync();
        var alice = await app.SignUpAsync(node);
        var id = await app.Books.ScalarAsync<Guid>(
            "SELECT account_id FROM accounts.identity WHERE subject = $1",
            alice.Email
        );
        await alice.InAnotherBrowserAsync();
        var stranger = app.Visitor(node);
        await stranger.SubmitAsync(
            await stranger.OpenAsync("/sign-in"),
            "form.panel",
            ("email", alice.Email),
            ("password", "wrong-" + alice.Password)
        );
        await alice.OpenAsync("/operator/people");
        await node.StopAsync();

        Regex
            .Count(
                node.Output,
                $"Account {id} signed in by email from ",
                RegexOptions.None,
                TimeSpan.FromSeconds(1)
            )
            .ShouldBe(2);
        node.Output.ShouldContain("was refused: accounts.wrong_pair");
        node.Output.ShouldContain($"Account {id} may not GET /operator/people, asked from ");
        node.Output.ShouldNotContain(alice.Email);
    }

    private async Task JourneyAsync((string, string?)[] level)
    {
        var node = await app.StartNodeAsync(level);
        var marker = $"zanzibar{Ids.New():n}";
        var alice = await app.SignUpAsync(node);

        // What works: echo and thinker say the marker back.
        var asked = await alice.AskAsync($"Tell me of {marker}, **please**");
        (await alice.AnswerAsync(asked)).Text.ShouldContain(marker);
        await alice.AnswerAsync(
            await alice.AskAsync($"And {marker}?", "sandbox-thinker", asked.Chat, "low")
        );
        await alice.RenameAsync(asked.Chat, $"About {marker}");
        // What fails, on the provider's side and on the person's.
        foreach (
            var model in new[]
            {
                "fault-500",
                "fault-cut",
                "fault-error-in-stream",
                "fault-401",
                "fault-html-error",
                "fault-claude-quota",
                "fault-refusal",
            }
        )
            await alice.AnswerAsync(await alice.AskAsync($"{marker} {model}", model));
        var stopped = await alice.AskAsync($"{marker} pace 4000 x 10ms", "sandbox-pace");
        await alice.UntilWritingAsync(stopped);
        await alice.StopAsync(stopped);
        await alice.AnswerAsync(stopped);
        await alice.RetryAsync(stopped, "sandbox-echo");
        var draft = await alice.DraftAsync($"{marker} is refused", "sandbox-echo");
        foreach (var script in new[] { true, false })
        {
            await alice.SendAsync(draft.With(("model", marker)), script);
            await alice.SendAsync(draft.With(("key", "not-a-guid")), script);
            await alice.SendAsync(draft.With(("ceiling", "not-a-number")), script);
            await alice.SendAsync(draft.With(("text", $"{marker}\0")), script);
            await alice.SendAsync(draft.With(("__RequestVerificationToken", marker)), script);
            await alice.SendAsync(
                draft.With(("text", marker + new string('x', 3_000_000))),
                script
            );
        }

        var cookies = alice.Cookies.Values.Values.ToList();
        // The ways in, right and wrong.
        var other = app.Visitor(node);
        var page = await other.OpenAsync("/sign-up");
        await other.SubmitAsync(
            page,
            "form.panel",
            ("email", alice.Email),
            ("password", alice.Password),
            ("age", "adult"),
            ("terms", "yes"),
            ("personalData", "yes")
        );
        page = await other.OpenAsync("/sign-in");
        await other.SubmitAsync(
            page,
            "form.panel",
            ("email", alice.Email),
            ("password", $"wrong-{alice.Password}")
        );
        var second = await alice.InAnotherBrowserAsync();
        cookies.AddRange(second.Cookies.Values.Values);
        await alice.DeleteAsync(asked.Chat);
        await second.SubmitAsync(await second.OpenAsync("/"), "form[action='/sign-out']");
        (await node.StopAsync()).ShouldBe(0);

        var output = node.Output;
        output.ShouldNotBeEmpty();
        output
            .Contains(marker, StringComparison.OrdinalIgnoreCase)
            .ShouldBeFalse(Around(output, marker));
        foreach (
            var secret in (string[])
                [alice.Email, alice.Password, .. cookies.Where(value => value.Length > 12)]
        )
        {
            output.Contains(secret, StringComparison.Ordinal).ShouldBeFalse(Around(output, secret));
            output
                .Contains(Uri.UnescapeDataString(secret), StringComparison.Ordinal)
                .ShouldBeFalse(Around(output, Uri.UnescapeDataString(secret)));
        }

        // Expected failures are no errors of ours.
        output.ShouldNotContain("Unhandled exception", Case.Insensitive);
    }

    private static string Around(string output, string found)
    {
        var at = output.IndexOf(found, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : output[Math.Max(0, at - 600)..Math.Min(output.Length, at + 200)];
    }
}
