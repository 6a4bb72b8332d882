using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Mail;
using NetRoom.Tests.Sandbox;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Email;

/// <summary>Accounts whose letters go by SMTP to the sandbox's inbox.</summary>
public class MailedApp(Postgres postgres) : AccountsApp(postgres)
{
    private readonly SandboxServer sandbox = new();

    public override async Task InitializeAsync()
    {
        await sandbox.InitializeAsync();
        Settings["Mail:Host"] = "127.0.0.1";
        Settings["Mail:Port"] = $"{sandbox.SmtpPort}";
        Settings["Mail:Tls"] = "false";
        Settings["Mail:From"] = "no-reply@netroom.example";
        Settings["Site:Address"] = "https://netroom.example";
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await sandbox.DisposeAsync();
    }

    internal static string NewEmail() => $"p{Ids.New():n}@people.test";

    /// <summary>Somebody new who is signed in.</summary>
    internal async Task<(Browser Browser, string Email)> SignUpAsync()
    {
        var (browser, email) = (NewBrowser(), NewEmail());
        (await browser.SignUpAsync(email)).Location.ShouldBe("/");
        return (browser, email);
    }

    /// <summary>What happened is told, and what is to be sent is sent, before this returns.</summary>
    internal override async Task DeliverAsync()
    {
        await using (var scope = Services.CreateAsyncScope())
            await scope
                .ServiceProvider.GetRequiredService<Outbox>()
                .DeliverNowAsync(CancellationToken.None);
        await Services.GetRequiredService<MailPump>().SendDueAsync(CancellationToken.None);
        // The node itself may have one in its hands.
        for (var waited = Stopwatch.StartNew(); await WaitingAsync() > 0; )
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), "letters that do not leave");
    }

    private Task<long> WaitingAsync() =>
        Database.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM kernel.mail) + (SELECT count(*) FROM kernel.outbox)"
        );

    /// <summary>The letters to an address, newest first.</summary>
    internal async Task<IReadOnlyList<InboxLetter>> LettersAsync(string to)
    {
        await DeliverAsync();
        return await sandbox.InboxAsync(to);
    }

    /// <summary>The link in the newest letter with these words in its subject.</summary>
    internal async Task<Uri> LinkAsync(string to, string subject)
    {
        var letters = await LettersAsync(to);
        var letter = letters.FirstOrDefault(it =>
            it.Subject.Contains(subject, StringComparison.Ordinal)
        );
        letter.ShouldNotBeNull(
            $"no “{subject}” among {string.Join(", ", letters.Select(it => it.Subject))}"
        );
        return new Uri(
            Regex
                .Match(letter.Text, @"https://\S+", RegexOptions.None, TimeSpan.FromSeconds(1))
                .Value
        );
    }

    /// <summary>The secret of that link, as the fragment carries it.</summary>
    internal async Task<string> CodeAsync(string to, string subject) =>
        (await LinkAsync(to, subject)).Fragment[1..];

    internal static Task<Answer> ForgetAsync(Browser browser, string email) =>
        browser.SubmitAsync("/forgot-password", ("email", email));

    internal static Task<Answer> OpenLinkAsync(Browser browser, string? code) =>
        browser.SubmitAsync("/mail-link", ("code", code));

    internal static async Task<Answer> UseLinkAsync(
        Browser browser,
        string? code,
        string? password = null,
        params IEnumerable<(string Name, string? Value)> more
    ) =>
        await browser.PostAsync(
            "/mail-link/use",
            (await browser.GetAsync("/mail-link")).Token,
            more.Append(("code", code)).Append(("password", password))
        );
}
