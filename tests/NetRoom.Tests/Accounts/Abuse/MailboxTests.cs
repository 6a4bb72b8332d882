using NetRoom.Accounts;
using NetRoom.Accounts.Abuse;

namespace NetRoom.Tests.Accounts.Abuse;

public sealed class MailboxTests
{
    [Theory]
    [InlineData("anna.p@gmail.com", "annap@gmail.com")]
    [InlineData("A.n.n.a.P+shop@googlemail.com", "annap@gmail.com")]
    [InlineData("anna.p@ya.ru", "anna-p@yandex.ru")]
    [InlineData("Anna-P+1@Yandex.com", "anna-p@yandex.ru")]
    [InlineData("anna_p.x@pm.me", "annapx@proton.me")]
    [InlineData("anna@me.com", "anna@icloud.com")]
    [InlineData("anna.p+tag@example.org", "anna.p@example.org")]
    [InlineData("+anna@example.org", "+anna@example.org")]
    [InlineData("anna.p@mail.ru", "anna.p@mail.ru")]
    public void Ways_to_write_one_mailbox_have_one_key(string typed, string key)
    {
        EmailAddress.TryParse(typed, out var address).ShouldBeTrue();
        Mailbox.KeyOf(address!).ShouldBe(key);
    }
}
