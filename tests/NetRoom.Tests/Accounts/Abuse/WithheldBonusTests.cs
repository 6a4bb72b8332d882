using System.Net;
using NetRoom.Tests.Api;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Abuse;

/// <summary>From a second registration to an operator's decision, on the pages of the whole service.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WithheldBonusTests(Postgres postgres) : IAsyncLifetime
{
    private const string Why =
        "The welcome bonus was not given, because this mailbox already has an account.";
    private TestDatabase database = null!;
    private ApiNode node = null!;

    public async Task InitializeAsync()
    {
        database = await ApiNode.DatabaseAsync(postgres);
        node = await ApiNode.StartAsync(database);
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_second_account_gets_its_bonus_from_an_operator_and_once()
    {
        using var first = await SignedUpAsync("anna.p@gmail.com");
        using var second = await SignedUpAsync("a.n.n.a.p@googlemail.com");
        (await BonusesAsync("anna.p@gmail.com")).ShouldBe(1);
        (await first.GetAsync("/balance")).Body.ShouldNotContain(Why);
        (await second.GetAsync("/balance")).Body.ShouldContain(Why);
        (await BonusesAsync("a.n.n.a.p@googlemail.com")).ShouldBe(0);

        using var owner = await OwnerAsync();
        var queue = await owner.GetAsync("/operator/abuse");
        queue.Body.ShouldContain("a.n.n.a.p@googlemail.com");
        var at = $"/operator/abuse/{await IdAsync("a.n.n.a.p@googlemail.com")}";
        queue.Body.ShouldContain($"href=\"{at}\"");
        (await owner.GetAsync(at)).Body.ShouldContain("anna.p@gmail.com");

        (await owner.SubmitAsync(at, ("decision", "granted"))).Errors.ShouldContain(
            "Write a reason"
        );
        (
            await owner.SubmitAsync(at, ("decision", "kept"), ("reason", "Wrote nothing"))
        ).Location.ShouldBe(at);
        (await second.GetAsync("/balance")).Body.ShouldContain(Why);

        var token = (await owner.GetAsync(at)).Token;
        var pressed = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(_ =>
                    owner
                        .Copy()
                        .PostAsync(at, token, ("decision", "granted"), ("reason", "Mother and son"))
                )
        );
        pressed.ShouldAllBe(answer => answer.Status == HttpStatusCode.Redirect);
        (await BonusesAsync("a.n.n.a.p@googlemail.com")).ShouldBe(1);
        (await second.GetAsync("/balance")).Body.ShouldNotContain(Why);
        (await owner.GetAsync("/operator/abuse")).Body.ShouldNotContain("a.n.n.a.p@googlemail.com");
        (await owner.GetAsync("/operator/abuse?decided=true")).Body.ShouldContain(
            "a.n.n.a.p@googlemail.com"
        );
        (await owner.GetAsync(at)).Body.ShouldContain("Mother and son");
    }

    [Fact]
    public async Task A_device_that_has_opened_an_account_opens_its_next_without_a_bonus()
    {
        using var browser = await SignedUpAsync("one@example.com");
        await browser.PostAsync("/sign-out", (await browser.GetAsync("/balance")).Token);
        await browser.SignUpAsync("two@example.com");
        (await BonusesAsync("two@example.com")).ShouldBe(0);
        (await browser.GetAsync("/balance")).Body.ShouldContain("opened on this device before");

        // So does one on which somebody has only signed in.
        using var other = new Browser(node.Address);
        await other.SignInAsync("one@example.com", Browser.Password);
        await other.PostAsync("/sign-out", (await other.GetAsync("/balance")).Token);
        await other.SignUpAsync("three@example.com");
        (await BonusesAsync("three@example.com")).ShouldBe(0);
    }

    private async Task<Browser> SignedUpAsync(string email)
    {
        var browser = new Browser(node.Address);
        (await browser.SignUpAsync(email)).Status.ShouldBe(HttpStatusCode.Redirect);
        return browser;
    }

    private async Task<Browser> OwnerAsync()
    {
        using (await SignedUpAsync("owner@example.com")) { }
        await database.ScalarAsync<int>(
            "UPDATE accounts.account SET role = 'owner' WHERE email = 'owner@example.com' RETURNING 1"
        );
        var browser = new Browser(node.Address);
        await browser.SignInAsync("owner@example.com", Browser.Password);
        await database.ScalarAsync<int>(
            "UPDATE accounts.session s SET second_factor = true FROM accounts.account a WHERE a.id = s.account_id AND a.role = 'owner' RETURNING 1"
        );
        // The next token tells of it.
        browser.Cookies.Remove("__Host-nr-at");
        return browser;
    }

    private Task<Guid> IdAsync(string email) =>
        database.ScalarAsync<Guid>($"SELECT id FROM accounts.account WHERE email = '{email}'");

    private async Task<long> BonusesAsync(string email) =>
        await database.ScalarAsync<long>(
            $"SELECT count(*) FROM billing.lot l JOIN billing.wallet w ON w.id = l.wallet_id WHERE w.account_id = '{await IdAsync(email)}'"
        );
}
