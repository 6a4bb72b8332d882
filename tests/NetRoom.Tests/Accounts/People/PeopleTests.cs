using System.Net;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts.Factors;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.People;

/// <summary>Roles and blocks, given by owners. The app runs as in production: a session of staff needs its second factor.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PeopleTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    [Fact]
    public async Task An_owner_without_a_second_factor_is_told_what_to_do_and_others_see_nothing()
    {
        using var person = await Protected.PlainAsync(app);
        (await person.Browser.GetAsync("/operator/people")).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
        await app.Database.ScalarAsync<string>(
            $"UPDATE accounts.account SET role = 'owner' WHERE email = '{person.Email}' RETURNING role"
        );
        using var browser = app.NewBrowser();
        await browser.SignInAsync(person.Email, Browser.Password);
        foreach (var path in new[] { "/operator/people", "/operator/acts" })
        {
            var told = await browser.GetAsync(path);
            told.Status.ShouldBe(HttpStatusCode.Forbidden);
            told.Errors.ShouldBe(
                "Pages that run the service open only to a session with a second factor."
            );
            told.Body.ShouldContain("href=\"/settings/security\"");
        }

        using var owner = await Protected.OfStaffAsync(app, "owner");
        (await owner.Browser.GetAsync("/operator/people")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_second_factor_set_up_now_opens_the_pages_at_once()
    {
        using var person = await Protected.PlainAsync(app);
        await app.Database.ScalarAsync<string>(
            $"UPDATE accounts.account SET role = 'owner' WHERE email = '{person.Email}' RETURNING role"
        );
        using var again = app.NewBrowser();
        await again.SignInAsync(person.Email, Browser.Password);
        using var owner = new Protected(app, again, person.Email);
        await owner.SetUpAppAsync();
        (await again.GetAsync("/operator/people")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_role_is_given_with_a_reason_and_works_from_the_next_sign_in()
    {
        using var owner = await Protected.OfStaffAsync(app, "owner");
        using var person = await Protected.PlainAsync(app);
        var id = await person.IdAsync();
        var found = await owner.Browser.PostAsync(
            "/operator/people/find",
            (await owner.Browser.GetAsync("/operator/people")).Token,
            ("word", person.Email)
        );
        found.Body.ShouldContain($"/operator/people/{id}");

        (await RoleAsync(owner, id, "finance", " ")).Errors.ShouldStartWith("Say why");
        (await RoleAsync(owner, id, "king", "because")).Errors.ShouldStartWith("There is no such");
        (await person.Browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
        (await RoleAsync(owner, id, "finance", "keeps the books")).Location.ShouldBe(
            $"/operator/people/{id}"
        );
        (await person.Browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await RoleAsync(owner, id, "finance", "twice")).Status.ShouldBe(HttpStatusCode.Conflict);

        var acts = await owner.Browser.GetAsync("/operator/acts");
        acts.Body.ShouldContain("person → finance");
        acts.Body.ShouldContain("keeps the books");
        acts.Body.ShouldContain("127.0.0.1");
        (await RoleOfAsync(id)).ShouldBe("finance");
    }

    [Fact]
    public async Task Nobody_changes_their_own_role()
    {
        using var owner = await Protected.OfStaffAsync(app, "owner");
        var id = await owner.IdAsync();
        (await RoleAsync(owner, id, "person", "tired")).Errors.ShouldStartWith(
            "You cannot change your own role"
        );
        (await BlockAsync(owner, id, true)).Errors.ShouldStartWith("You cannot");
        (await RoleOfAsync(id)).ShouldBe("owner");
    }

    [Fact]
    public async Task Two_owners_who_dismiss_each_other_at_once_leave_one()
    {
        await app.Database.ScalarAsync<long>(
            "WITH gone AS (UPDATE accounts.account SET role = 'person' WHERE role = 'owner' RETURNING 1) SELECT count(*) FROM gone"
        );
        using var one = await Protected.OfStaffAsync(app, "owner");
        using var two = await Protected.OfStaffAsync(app, "owner");
        var (first, second) = (await one.IdAsync(), await two.IdAsync());
        var tokens = (
            (await one.Browser.GetAsync($"/operator/people/{second}")).Token,
            (await two.Browser.GetAsync($"/operator/people/{first}")).Token
        );
        await Task.WhenAll(
            SendRoleAsync(one, second, tokens.Item1, "person"),
            SendRoleAsync(two, first, tokens.Item2, "person")
        );
        (
            await app.Database.ScalarAsync<long>(
                "SELECT count(*) FROM accounts.account WHERE role = 'owner'"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task A_blocked_account_is_out_at_once_also_of_what_it_reads_and_comes_back_unblocked()
    {
        using var owner = await Protected.OfStaffAsync(app, "owner");
        using var person = await Protected.PlainAsync(app);
        var id = await person.IdAsync();
        using var stream = await person.Browser.OpenEventsAsync("/stream");
        (await stream.ReadLineAsync()).ShouldBe("hello");

        (await BlockAsync(owner, id, true)).Location.ShouldBe($"/operator/people/{id}");
        (await person.Browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<IOException>(async () =>
            await stream.ReadLineAsync(patience.Token)
        );
        (await person.Browser.SignInAsync(person.Email, Browser.Password)).Errors.ShouldStartWith(
            "This account is blocked."
        );

        (await BlockAsync(owner, id, false)).Location.ShouldBe($"/operator/people/{id}");
        (await person.Browser.SignInAsync(person.Email, Browser.Password)).Location.ShouldBe("/");
        (await owner.Browser.GetAsync("/operator/acts")).Body.ShouldContain("unblocked");
    }

    [Fact]
    public async Task An_act_wants_a_recent_proof()
    {
        using var owner = await Protected.OfStaffAsync(app, "owner");
        using var person = await Protected.PlainAsync(app);
        var id = await person.IdAsync();
        var token = (await owner.Browser.GetAsync($"/operator/people/{id}")).Token;
        app.Clock.Pass(TimeSpan.FromMinutes(10));
        (await owner.Browser.GetAsync("/operator/people")).Status.ShouldBe(HttpStatusCode.OK);
        token = (await owner.Browser.GetAsync("/operator/people")).Token ?? token;
        (await SendRoleAsync(owner, id, token, "support")).Location!.ShouldStartWith(
            "/sign-in/again"
        );
        (await RoleOfAsync(id)).ShouldBe("person");
    }

    [Fact]
    public async Task An_unknown_person_is_not_there()
    {
        using var owner = await Protected.OfStaffAsync(app, "owner");
        (await owner.Browser.GetAsync($"/operator/people/{Ids.New()}")).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
        var token = (await owner.Browser.GetAsync("/operator/people")).Token;
        (await SendRoleAsync(owner, Ids.New(), token, "support")).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
    }

    private static async Task<Answer> RoleAsync(
        Protected owner,
        Guid id,
        string role,
        string reason
    ) =>
        await SendRoleAsync(
            owner,
            id,
            (await owner.Browser.GetAsync($"/operator/people/{id}")).Token
                ?? (await owner.Browser.GetAsync("/operator/people")).Token,
            role,
            reason
        );

    private static Task<Answer> SendRoleAsync(
        Protected owner,
        Guid id,
        string? token,
        string role,
        string reason = "a reason"
    ) =>
        owner.Browser.PostAsync(
            $"/operator/people/{id}/role",
            token,
            ("role", role),
            ("reason", reason)
        );

    private static async Task<Answer> BlockAsync(Protected owner, Guid id, bool blocked) =>
        await owner.Browser.PostAsync(
            $"/operator/people/{id}/block",
            (await owner.Browser.GetAsync("/operator/people")).Token,
            ("blocked", blocked ? "true" : "false"),
            ("reason", "spam")
        );

    private Task<string> RoleOfAsync(Guid id) =>
        app.Database.ScalarAsync<string>($"SELECT role FROM accounts.account WHERE id = '{id}'");
}
