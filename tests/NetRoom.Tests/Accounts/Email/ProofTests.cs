using System.Net;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Email;

/// <summary>Accounts of an operator who wants every address proven.</summary>
public sealed class StrictApp(Postgres postgres) : MailedApp(postgres)
{
    public override Task InitializeAsync()
    {
        Settings["Accounts:RequireProvenEmail"] = "true";
        return base.InitializeAsync();
    }
}

[Collection(PostgresCollection.Name)]
public sealed class ProofTests(MailedApp app) : IClassFixture<MailedApp>
{
    [Fact]
    public async Task Proving_an_address_puts_everybody_else_out_but_not_this_session()
    {
        var (browser, email) = await app.SignUpAsync();
        using var thief = app.NewBrowser();
        await thief.SignInAsync(email, Browser.Password);
        (await browser.GetAsync("/settings/email")).Body.ShouldContain("not confirmed");
        (await browser.SubmitAsync("/prove-email")).Body.ShouldContain("We have written");
        var reclaimed = app.Reclaimed.Count;
        var code = await app.CodeAsync(email, "Confirm your address");
        (await MailedApp.UseLinkAsync(browser, code)).Location.ShouldBe("/settings/email");
        (await browser.GetAsync("/settings/email")).Body.ShouldContain(">confirmed<");
        (await thief.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        app.Reclaimed.Count.ShouldBe(reclaimed + 1);
        (await browser.GetAsync("/prove-email")).Location.ShouldBe("/settings/email");
    }

    [Fact]
    public async Task A_link_that_is_used_elsewhere_proves_and_signs_nobody_in()
    {
        var (browser, email) = await app.SignUpAsync();
        await browser.SubmitAsync("/prove-email");
        var code = await app.CodeAsync(email, "Confirm your address");
        using var phone = app.NewBrowser();
        (await MailedApp.UseLinkAsync(phone, code)).Body.ShouldContain("The address is confirmed.");
        (await phone.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Where_it_is_not_required_nobody_is_held_up()
    {
        var (browser, _) = await app.SignUpAsync();
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }
}

[Collection(PostgresCollection.Name)]
public sealed class RequiredProofTests(StrictApp app) : IClassFixture<StrictApp>
{
    [Fact]
    public async Task Until_the_address_is_proven_there_is_its_page_and_nothing_else()
    {
        var (browser, email) = await app.SignUpAsync();
        (await browser.GetAsync("/who?a=1")).Location.ShouldBe(
            "/prove-email?returnUrl=%2Fwho%3Fa%3D1"
        );
        var page = await browser.GetAsync("/prove-email");
        page.Body.ShouldContain(email);
        (await browser.PostAsync("/who", page.Token, ("text", "my draft"))).Body.ShouldContain(
            "my draft"
        );
        (await browser.GetAsync("/who", ("HX-Request", "true"))).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await browser.GetAsync("/settings/email")).Location.ShouldStartWith("/prove-email");
        (await browser.GetAsync("/terms/")).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/settings/email/change")).Status.ShouldBe(HttpStatusCode.OK);

        await browser.SubmitAsync("/prove-email");
        await MailedApp.UseLinkAsync(browser, await app.CodeAsync(email, "Confirm your address"));
        (await browser.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_mistyped_address_is_mended_without_ever_being_proven()
    {
        var (browser, mistyped) = await app.SignUpAsync();
        var right = MailedApp.NewEmail();
        await browser.SubmitAsync("/settings/email/change", ("email", right));
        var code = await app.CodeAsync(right, "Confirm your new address");
        await MailedApp.UseLinkAsync(browser, code);
        (await browser.GetAsync("/who")).Body.ShouldStartWith(right);
        (await app.LettersAsync(mistyped)).ShouldHaveSingleItem().Text.ShouldNotContain("https://");
    }

    [Fact]
    public async Task One_can_sign_out_and_the_owner_of_the_service_is_not_held_up()
    {
        var (browser, _) = await app.SignUpAsync();
        var token = (await browser.GetAsync("/prove-email")).Token;
        (await browser.PostAsync("/sign-out", token)).Location.ShouldBe("/sign-in");
        browser.Cookies.Keys.ShouldNotContain("__Host-nr-rt");
        await app.EnsureOwnerAsync();
        var lines = await File.ReadAllLinesAsync(Path.Combine(app.Folder, "owner-sign-in.txt"));
        using var owner = app.NewBrowser();
        await owner.SignInAsync("owner@netroom.local", lines[1]["password: ".Length..]);
        (await owner.GetAsync("/who")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
