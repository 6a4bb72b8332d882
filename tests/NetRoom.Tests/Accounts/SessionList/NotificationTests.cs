using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Tests.Accounts.Email;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.SessionList;

[Collection(PostgresCollection.Name)]
public sealed class NotificationTests(MailedApp app) : IClassFixture<MailedApp>
{
    private const string Page = "/settings/notifications";

    [Fact]
    public async Task A_letter_that_is_not_wanted_is_turned_off_and_on_again()
    {
        var (browser, email) = await app.SignUpAsync();
        (await WantsAsync(email)).ShouldBeTrue();
        (await browser.SubmitAsync(Page)).Location.ShouldBe(Page);
        (await WantsAsync(email)).ShouldBeFalse();
        await browser.SubmitAsync(Page);
        (await browser.GetAsync(Page)).Body.ShouldNotContain("value=\"documents\" checked");
        await browser.SubmitAsync(Page, ("on", "documents"), ("on", "nothing we know"));
        (await WantsAsync(email)).ShouldBeTrue();
    }

    [Fact]
    public async Task Two_windows_at_once_leave_one_choice()
    {
        var (browser, email) = await app.SignUpAsync();
        var token = (await browser.GetAsync(Page)).Token;
        var windows = Enumerable.Range(0, 8).Select(_ => browser.Copy()).ToList();
        var answers = await Task.WhenAll(windows.Select(it => it.PostAsync(Page, token)));
        answers.ShouldAllBe(answer => answer.Location == Page);
        (await WantsAsync(email)).ShouldBeFalse();
    }

    [Fact]
    public async Task Letters_of_security_are_sent_whatever_was_chosen_and_in_the_persons_language()
    {
        using var browser = app.NewBrowser();
        var email = MailedApp.NewEmail();
        await browser.GetAsync("/sign-up", ("Accept-Language", "ru"));
        browser.Cookies["nr-lang"] = Uri.EscapeDataString("c=ru|uic=ru");
        await browser.SignUpAsync(email);
        await browser.SubmitAsync(Page);
        using var other = app.NewBrowser();
        await other.SignInAsync(email, Browser.Password);
        var letter = (await app.LettersAsync(email)).ShouldHaveSingleItem();
        letter.Subject.ShouldBe("Вход с нового устройства");
        letter.Text.ShouldContain("Это произошло 20 ноября 2026");
    }

    private async Task<bool> WantsAsync(string email)
    {
        var id = await app.Database.ScalarAsync<Guid>(
            $"SELECT id FROM accounts.account WHERE email = '{email}'"
        );
        await using var scope = app.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<INotificationChoices>()
            .WantsAsync(id, NotificationKind.Documents, CancellationToken.None);
    }
}
