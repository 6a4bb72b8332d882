using NetRoom.Tests.Accounts;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>A key works while its person agrees to the documents in effect.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ConsentNeededTests(Postgres postgres)
{
    [Fact]
    public async Task A_withdrawn_consent_stops_the_keys_and_giving_it_again_lets_them_in()
    {
        await using var database = await ApiNode.DatabaseAsync(postgres);
        await using var node = await ApiNode.StartAsync(database);
        using var browser = new Browser(node.Address);
        await browser.SignUpAsync("anna@example.com");
        var account = await database.ScalarAsync<Guid>("SELECT id FROM accounts.account");
        var key = (await node.KeyAsync(account)).Secret;
        (await node.GetAsync("/v1/balance", key)).Status.ShouldBe(200);

        await browser.SubmitAsync(
            "/settings/privacy",
            "/settings/privacy/withdraw",
            ("sure", "yes")
        );
        var refused = await node.GetAsync("/v1/balance", key);
        refused.Status.ShouldBe(403);
        refused.Body.ShouldContain("\"code\":\"consent_needed\"");
        refused.Body.ShouldContain("/consent");
        (await browser.GetAsync("/settings/api-keys")).Location.ShouldStartWith("/consent?");
        (await browser.GetAsync("/balance")).Status.ShouldBe(System.Net.HttpStatusCode.OK);

        var page = await browser.GetAsync("/consent");
        await browser.PostAsync(
            "/consent",
            page.Token,
            ("shown", page.Value("shown")),
            ("decision", "accept"),
            ("personalData", "yes")
        );
        (await node.GetAsync("/v1/balance", key)).Status.ShouldBe(200);
    }
}
