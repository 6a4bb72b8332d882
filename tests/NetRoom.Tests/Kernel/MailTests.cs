using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using NetRoom.Kernel;
using NetRoom.Kernel.Mail;
using NetRoom.Tests.Sandbox;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Kernel;

[Collection(PostgresCollection.Name)]
public sealed class MailTests(Postgres postgres, SandboxServer sandbox)
    : IClassFixture<SandboxServer>,
        IAsyncLifetime
{
    private const string Secret = "secret-of-the-letter";
    private MailHost host = null!;

    public async Task InitializeAsync() => host = await MailHost.CreateAsync(postgres, sandbox);

    public async Task DisposeAsync()
    {
        host.Log.ToString().ShouldNotContain("@");
        host.Log.ToString().ShouldNotContain(Secret);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_letter_arrives_with_text_and_html_and_a_Cyrillic_subject()
    {
        var to = Address("anna");
        var letter = new Letter(
            "ru",
            "Смена пароля в NetRoom: ссылка действует один час, потом её надо запросить снова",
            "Смена пароля",
            [
                "Кто-то попросил сменить пароль <вашей> учётной записи.",
                "Если это вы, нажмите кнопку.",
            ],
            new LetterLink(
                "Сменить пароль",
                new Uri("https://netroom.example/reset?code=a%2Bb&x=1")
            ),
            "Если это не вы, ничего делать не нужно."
        );
        await host.InScopeAsync(
            async (mail, db) =>
            {
                (await mail.AddAsync(to, letter)).ShouldBeTrue();
                await db.SaveChangesAsync();
            }
        );
        await host.SendAsync();

        var came = (await sandbox.InboxAsync(to)).ShouldHaveSingleItem();
        came.Subject.ShouldBe(letter.Subject);
        came.Text.ReplaceLineEndings("\n")
            .ShouldBe(
                """
                Смена пароля

                Кто-то попросил сменить пароль <вашей> учётной записи.

                Если это вы, нажмите кнопку.

                Сменить пароль:
                https://netroom.example/reset?code=a%2Bb&x=1

                -- 
                Если это не вы, ничего делать не нужно.

                """.ReplaceLineEndings("\n")
            );
        using var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(came.Html);
        page.DocumentElement.GetAttribute("lang").ShouldBe("ru");
        page.QuerySelector("h1")!.TextContent.ShouldBe(letter.Heading);
        page.QuerySelector("a")!.GetAttribute("href").ShouldBe(letter.Link!.Url.AbsoluteUri);
        page.Body!.TextContent.ShouldContain(letter.Paragraphs[0]);
        page.QuerySelectorAll("img,script,link,[src]").ShouldBeEmpty();
        came.Headers["From"].ShouldContain("NetRoom");
        came.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        came.Headers["Content-Type"].ShouldStartWith("multipart/alternative");
        (await host.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_transaction_that_is_rolled_back_sends_nothing()
    {
        var to = Address("nobody");
        await host.InScopeAsync(
            async (mail, db) =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync();
                mail.Add(Mail(to));
                await db.SaveChangesAsync();
            }
        );
        await host.SendAsync();
        (await sandbox.InboxAsync(to)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_wakes_the_pump()
    {
        var pump = host.Pump;
        // Its clock stands still: nothing but the commit can wake it.
        await pump.StartAsync(CancellationToken.None);
        var to = Address("soon");
        await host.InScopeAsync(
            async (mail, db) =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync();
                mail.Add(Mail(to));
                await db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
        );
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await sandbox.InboxAsync(to)).Count == 0)
            limit.Token.ThrowIfCancellationRequested();
        await pump.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_waits_is_sealed()
    {
        var to = Address("quiet");
        await host.AddAsync(Mail(to));
        (
            await host.Database.ScalarAsync<long>(
                $"""
                SELECT count(*) FROM kernel.mail
                 WHERE position('{to}'::bytea IN content) + position('{Secret}'::bytea IN content) > 0
                """
            )
        ).ShouldBe(0);
        (await host.WaitingAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_recipient_whom_the_server_does_not_know_is_given_up_at_once()
    {
        await host.AddAsync(Mail(Address("refused")));
        await host.SendAsync();
        (await host.WaitingAsync()).ShouldBe(0);
        host.Log.Warnings.ShouldHaveSingleItem().ShouldEndWith("(550)");
    }

    [Fact]
    public async Task An_address_that_is_none_is_given_up_at_once()
    {
        var (first, second) = (Address("one"), Address("two"));
        await host.AddAsync(Mail($"{first},{second}"));
        await host.SendAsync();
        (await host.WaitingAsync()).ShouldBe(0);
        (await sandbox.InboxAsync(first)).ShouldBeEmpty();
        (await sandbox.InboxAsync(second)).ShouldBeEmpty();
        host.Log.Warnings.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_five_seconds_later()
    {
        var to = Address("greylisted");
        await host.AddAsync(Mail(to));
        await host.SendAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(4.9));
        await host.SendAsync();
        (await sandbox.InboxAsync(to)).ShouldBeEmpty();
        host.Clock.Advance(TimeSpan.FromSeconds(0.1));
        await host.SendAsync();
        (await sandbox.InboxAsync(to)).ShouldHaveSingleItem();
        host.Log.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Waits_grow_to_half_an_hour_and_a_day_is_the_end()
    {
        await host.AddAsync(Mail(Address("busy")));
        var started = host.Clock.GetUtcNow();
        var waits = new List<double>();
        while (await NextAsync() is { } next)
        {
            host.Clock.Advance(next - host.Clock.GetUtcNow());
            await host.SendAsync();
            if (await NextAsync() is { } after)
                waits.Add((after - host.Clock.GetUtcNow()).TotalSeconds);
        }

        waits.Take(10).ShouldBe([5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800]);
        waits.Skip(10).ShouldAllBe(wait => wait == 1800);
        (host.Clock.GetUtcNow() - started).TotalHours.ShouldBeInRange(24, 24.5);
        host.Log.Warnings.ShouldHaveSingleItem().ShouldEndWith("(451)");
    }

    [Fact]
    public async Task Letters_to_a_server_that_hangs_do_not_stop_the_others()
    {
        for (var at = 0; at < 10; at++)
            await host.AddAsync(Mail(Address("hang")));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var to = Address("patient");
        await host.AddAsync(Mail(to));
        await host.SendAsync();
        (await sandbox.InboxAsync(to)).ShouldHaveSingleItem();
        (
            await host.Database.ScalarAsync<long>(
                "SELECT count(*) FROM kernel.mail WHERE last_error = 'Timeout'"
            )
        ).ShouldBe(10);
    }

    [Fact]
    public async Task A_server_that_never_says_a_word_is_given_up_in_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = new MailOptions
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)silent.LocalEndpoint).Port,
            Tls = false,
            From = "no-reply@netroom.example",
            Timeout = TimeSpan.FromMilliseconds(300),
        };
        var failure = await new SmtpSender(Options.Create(options)).SendAsync(
            Ids.New(),
            Mail(Address("silence"))
        );
        failure.ShouldBe(new MailFailure("Timeout"));
    }

    [Fact]
    public async Task A_server_that_breaks_off_is_asked_again()
    {
        await host.AddAsync(Mail(Address("cut")));
        await host.SendAsync();
        (await host.WaitingAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_letter_that_came_twice_can_be_recognised()
    {
        var to = Address("unsure");
        await host.AddAsync(Mail(to));
        await host.SendAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        await host.SendAsync();
        var came = await sandbox.InboxAsync(to);
        came.Count.ShouldBe(2);
        came.Select(letter => letter.Headers["Message-ID"]).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Two_pumps_send_each_letter_once()
    {
        var people = Enumerable.Range(0, 30).Select(_ => Address("pair")).ToList();
        foreach (var to in people)
            await host.AddAsync(Mail(to));
        using var other = host.AnotherPump();
        await Task.WhenAll(host.SendAsync(), other.SendDueAsync(CancellationToken.None));
        // On a machine that is overbooked a sending may have taken too long and waits to be tried again.
        for (var again = 0; again < 5 && await host.WaitingAsync() > 0; again++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(2));
            await Task.WhenAll(host.SendAsync(), other.SendDueAsync(CancellationToken.None));
        }

        foreach (var to in people)
            (await sandbox.InboxAsync(to)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_a_killed_pump_had_taken_is_sent_after_its_lease()
    {
        var to = Address("orphan");
        await host.AddAsync(Mail(to));
        await host.TakeAndDieAsync();
        await host.SendAsync();
        (await sandbox.InboxAsync(to)).ShouldBeEmpty();
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.SendAsync();
        (await sandbox.InboxAsync(to)).ShouldHaveSingleItem();
        (await host.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_letter_that_waited_for_a_day_while_nobody_ran_is_not_sent()
    {
        var to = Address("late");
        await host.AddAsync(Mail(to));
        host.Clock.Advance(TimeSpan.FromHours(24));
        await host.SendAsync();
        (await sandbox.InboxAsync(to)).ShouldBeEmpty();
        (await host.WaitingAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("anna@example.com\r\nBcc: eve@example.com", "Hello")]
    [InlineData("anna@example.com\nBcc: eve@example.com", "Hello")]
    [InlineData("anna@example.com", "Hello\r\nBcc: eve@example.com")]
    [InlineData("anna@example.com", "Hello\nBcc: eve@example.com")]
    [InlineData("anna@example.com", "Hello\0")]
    public void Headers_cannot_be_smuggled_in(string to, string subject) =>
        Should.Throw<ArgumentException>(() => new NetRoom.Kernel.Mail.Mail(to, subject, "", ""));

    [Fact]
    public async Task A_point_at_the_start_of_a_line_stays()
    {
        var to = Address("points");
        await host.AddAsync(new NetRoom.Kernel.Mail.Mail(to, "Points", ".\n..\nend", "<p>.</p>"));
        await host.SendAsync();
        (await sandbox.InboxAsync(to)).ShouldHaveSingleItem().Text.ShouldBe(".\n..\nend");
    }

    private static string Address(string name) => $"{name}+{Ids.New():n}@example.com";

    private static NetRoom.Kernel.Mail.Mail Mail(string to) =>
        new(to, Secret, $"text {Secret}", $"<p>{Secret}</p>");

    private async Task<DateTimeOffset?> NextAsync() =>
        await host.WaitingAsync() == 0
            ? null
            : DateTimeOffset.Parse(
                await host.Database.ScalarAsync<string>(
                    "SELECT to_char(next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') || '+00:00' FROM kernel.mail"
                ),
                CultureInfo.InvariantCulture
            );
}
