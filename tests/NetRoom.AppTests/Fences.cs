using System.Net;
using NetRoom.Kernel;

namespace NetRoom.AppTests;

/// <summary>Nothing changes but by a form of ours, sent from a page of ours.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class Fences(NetRoomApp app)
{
    [Fact]
    public void The_list_of_addresses_is_that_of_the_sources()
    {
        // Paid endpoints for programs stand in a group of their own.
        Endpoints
            .InSources("Post")
            .Concat(Endpoints.InSources("Paid"))
            .Select(pattern =>
                Endpoints.KeyPosts.Contains("/v1" + pattern) ? "/v1" + pattern : pattern
            )
            .ShouldBe(
                [.. Endpoints.Posts, .. Endpoints.OperatorPosts, .. Endpoints.KeyPosts],
                ignoreOrder: true
            );
        foreach (var verb in new[] { "Put", "Delete", "Patch", "Methods", "Fallback" })
            Endpoints.InSources(verb).ShouldBeEmpty();
        // The documents share one mapping; health is mapped by another name; receipts and statement stand in a group.
        foreach (var pattern in Endpoints.InSources("Get"))
            Endpoints
                .Gets.Concat(Endpoints.OperatorGets)
                .Concat(Endpoints.KeyGets)
                .ShouldContain(
                    known =>
                        pattern == "/{name}"
                        || pattern == "/{name}/{{version}}"
                        || known == pattern
                        || known == "/balance" + pattern,
                    pattern
                );
    }

    [Fact]
    public async Task Every_form_refuses_a_missing_or_foreign_token_and_another_site()
    {
        var (alice, asked, run, transfer) = await WithAChatAsync();
        var bob = await app.SignUpAsync();
        var foreign = (await bob.OpenAsync("/")).Form("#act").Fields();
        var token = (await alice.OpenAsync("/")).Form("#act").Fields();
        var before = await StateAsync();

        foreach (var pattern in Endpoints.Posts)
        foreach (var fragment in new[] { false, true })
        {
            var path = Endpoints.At(pattern, asked, run, transfer);
            var fields = FieldsOf(alice);

            var missing = await alice.PostAsync(path, fields, fragment);
            ((int)missing.Status).ShouldBeInRange(400, 403, $"{path} without a token");
            missing.Sentence.ShouldNotBeEmpty();

            var stolen = await alice.PostAsync(path, With(fields, foreign), fragment);
            ((int)stolen.Status).ShouldBeInRange(400, 403, $"{path} with another's token");

            foreach (
                var (header, value) in new[]
                {
                    ("Sec-Fetch-Site", "cross-site"),
                    ("Sec-Fetch-Site", "same-site"),
                    ("Origin", "https://evil.test"),
                    ("Origin", "null"),
                }
            )
            {
                var request = alice.Request(HttpMethod.Post, path, "text/html");
                request.Headers.Add(header, value);
                request.Content = new FormUrlEncodedContent(With(fields, token));
                var elsewhere = await alice.SendAsync(request);
                elsewhere.Status.ShouldBe(
                    HttpStatusCode.Forbidden,
                    $"{path} with {header}: {value}"
                );
                elsewhere.Sentence.ShouldContain("another site");
            }
        }

        (await StateAsync()).ShouldBe(before);
        (await alice.LookAsync(asked)).State.ShouldBe("completed");
    }

    [Fact]
    public async Task A_form_with_nothing_in_it_is_no_failure_of_ours()
    {
        var (alice, asked, run, transfer) = await WithAChatAsync();
        await app.Books.MakeOwnerAsync(alice.Email);
        var owner = await alice.InAnotherBrowserAsync();
        var token = (await owner.OpenAsync("/")).Form("#act").Fields();
        // What ends the session comes last.
        foreach (
            var pattern in Endpoints
                .Posts.Concat(Endpoints.OperatorPosts)
                .OrderBy(pattern => pattern is "/sign-out" or "/settings/privacy/withdraw")
        )
        foreach (var fragment in new[] { false, true })
        {
            var answer = await owner.PostAsync(
                Endpoints.At(pattern, asked, run, transfer),
                token,
                fragment
            );
            ((int)answer.Status).ShouldBeLessThan(500, pattern);
        }
    }

    [Fact]
    public async Task What_is_for_owners_is_not_there_for_others()
    {
        var (alice, asked, run, transfer) = await WithAChatAsync();
        var token = (await alice.OpenAsync("/")).Form("#act").Fields();
        var before = await StateAsync();
        foreach (var pattern in Endpoints.OperatorPosts)
        {
            var path = Endpoints.At(pattern, asked, run, transfer);
            foreach (var fields in new[] { FieldsOf(alice), With(FieldsOf(alice), token) })
                (await alice.PostAsync(path, fields)).Status.ShouldBe(
                    HttpStatusCode.NotFound,
                    path
                );
            ((int)(await app.Visitor().PostAsync(path, FieldsOf(alice))).Status).ShouldBe(
                401,
                path
            );
        }

        foreach (var pattern in Endpoints.OperatorGets)
        {
            var path = Endpoints.At(pattern, asked, run, transfer);
            (await alice.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
            (await app.Visitor().OpenAsync(path)).Location!.ShouldStartWith("/sign-in");
        }

        (await StateAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task What_is_for_programs_takes_no_session()
    {
        var (alice, asked, run, transfer) = await WithAChatAsync();
        var token = (await alice.OpenAsync("/")).Form("#act").Fields();
        var before = await StateAsync();
        foreach (var pattern in Endpoints.KeyGets)
            (await alice.OpenAsync(Endpoints.At(pattern, asked, run, transfer))).Status.ShouldBe(
                HttpStatusCode.Unauthorized,
                pattern
            );
        foreach (var pattern in Endpoints.KeyPosts)
            (
                await alice.PostAsync(
                    Endpoints.At(pattern, asked, run, transfer),
                    With(FieldsOf(alice), token)
                )
            ).Status.ShouldBe(HttpStatusCode.Unauthorized, pattern);
        (await StateAsync()).ShouldBe(before);
    }

    [Fact]
    [BillingFailure(17)]
    public async Task No_reading_changes_anything()
    {
        var (alice, asked, run, transfer) = await WithAChatAsync();
        var before = await StateAsync();
        foreach (var pattern in Endpoints.Gets)
        {
            var path = Endpoints.At(pattern, asked, run, transfer);
            foreach (var fragment in new[] { false, true })
            {
                var reply = await alice.OpenAsync(path, fragment);
                reply.Status.ShouldNotBe(HttpStatusCode.NotFound, path);
                ((int)reply.Status).ShouldBeLessThan(500, path);
            }

            (await StateAsync()).ShouldBe(before, path);
        }

        // And what changes something cannot be done by opening an address.
        foreach (var pattern in Endpoints.Posts.Except(Endpoints.Gets))
        {
            var reply = await alice.OpenAsync(Endpoints.At(pattern, asked, run, transfer));
            ((int)reply.Status).ShouldBeInRange(404, 405, pattern);
        }

        (await StateAsync()).ShouldBe(before);
    }

    private async Task<(Person Alice, Asked Asked, Guid Run, Guid Transfer)> WithAChatAsync()
    {
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync("Hello");
        await alice.AnswerAsync(asked);
        var run = (await app.Books.RunOfAnswerAsync(asked.Answer)).Id;
        var transfer = await app.Books.ScalarAsync<Guid>(
            "SELECT t.id FROM billing.transfer t JOIN generation.run r ON r.hold_id = t.idem_ref WHERE r.id = $1 AND t.kind = 'Capture'",
            run
        );
        // What earlier tests left running must end first: its events are written as we look.
        await Eventually.TrueAsync(
            () =>
                app.Books.ScalarAsync<bool>(
                    "SELECT NOT EXISTS (SELECT 1 FROM generation.run WHERE ended_at IS NULL)"
                ),
            "all answers to end",
            seconds: 60
        );
        return (alice, asked, run, transfer);
    }

    /// <summary>Fields for every form at once: each takes its own.</summary>
    private static Dictionary<string, string> FieldsOf(Person person) =>
        new(StringComparer.Ordinal)
        {
            ["email"] = person.Email,
            ["password"] = person.Password,
            ["age"] = "adult",
            ["terms"] = "yes",
            ["personalData"] = "yes",
            ["language"] = "ru",
            ["theme"] = "dark",
            ["title"] = "Changed",
            ["key"] = Ids.New().ToString(),
            ["text"] = "A message nobody meant to send",
            ["model"] = "sandbox-echo",
        };

    private static Dictionary<string, string> With(
        Dictionary<string, string> fields,
        Dictionary<string, string> token
    ) => new(fields.Concat(token), StringComparer.Ordinal);

    /// <summary>All that people own or did. Left out: the scheduler's own rows, and when a session was last seen.</summary>
    private async Task<string> StateAsync()
    {
        var tables = await app.Books.ScalarAsync<string[]>(
            """
            SELECT array_agg(format('%I.%I', table_schema, table_name) ORDER BY 1) FROM information_schema.tables
             WHERE table_schema IN ('accounts', 'api', 'billing', 'catalog', 'chats', 'generation') AND table_type = 'BASE TABLE'
               AND table_name NOT LIKE '%throttle%'
            """
        );
        var sql = string.Join(
            " || ' ' || ",
            tables.Select(table =>
                $"(SELECT '{table} ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t)"
            )
        );
        return await app.Books.ScalarAsync<string>("SELECT " + sql);
    }
}
