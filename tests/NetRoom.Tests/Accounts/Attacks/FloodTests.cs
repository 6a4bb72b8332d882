using System.Net;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Attacks;

[Collection(PostgresCollection.Name)]
public sealed class FloodTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    /// <summary>Each guess comes from a browser of its own; the networks of addresses have allowances of their own in ThrottleTests.</summary>
    [Fact]
    public async Task Fifty_wrong_passwords_at_once_cost_five_hashes_and_keep_neither_the_owner_nor_others_out()
    {
        var (alice, email) = await SignUpAsync();
        var (bob, other) = await SignUpAsync();
        await alice.SubmitAsync("/sign-out");
        await bob.SubmitAsync("/sign-out");

        var guesses = Enumerable
            .Range(0, 50)
            .Select(async at =>
            {
                using var stranger = app.NewBrowser();
                return await stranger.SignInAsync(email, $"a wrong password {at}");
            })
            .ToList();
        var owner = alice.SignInAsync(email, Browser.Password);
        var somebody = bob.SignInAsync(other, Browser.Password);
        var answers = await Task.WhenAll(guesses);

        answers.Count(it => it.Status == HttpStatusCode.UnprocessableEntity).ShouldBe(5);
        answers.Count(it => it.Status == HttpStatusCode.TooManyRequests).ShouldBe(45);
        (await owner).Location.ShouldBe("/");
        (await somebody).Location.ShouldBe("/");
    }

    private async Task<(Browser Browser, string Email)> SignUpAsync()
    {
        var (browser, email) = (app.NewBrowser(), $"p{Ids.New():n}@people.test");
        await browser.SignUpAsync(email);
        return (browser, email);
    }
}
