using System.Net;
using System.Net.Sockets;
using System.Text;
using NetRoom.Kernel;

namespace NetRoom.Tests.Sandbox;

/// <summary>The sandbox's mail server, spoken to word by word.</summary>
public sealed class SmtpTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private readonly string to = $"anna+{Ids.New():n}@example.com";

    [Fact]
    public async Task A_letter_written_by_hand_is_decoded()
    {
        var replies = await TalkAsync(
            $"""
            EHLO me
            AUTH LOGIN
            bWU=
            c2VjcmV0
            MAIL FROM:<me@example.com> SIZE=500
            RCPT TO:<{to}>
            DATA
            From: =?utf-8?Q?=D0=90=D0=BD=D0=BD=D0=B0_?= <me@example.com>
            Subject: =?utf-8?B?0J/RgNC4?=
             =?utf-8?B?0LLQtdGC?= there
            Content-Type: multipart/alternative; boundary="cut here"

            Not for reading.
            --cut here
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            =D0=9F=D1=80=D0=B8=D0=
            =B2=D0=B5=D1=82 =3D hello=
             world
            ..pointed
            --cut here
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: base64

            PHA+0J/RgNC40LLQtdGC
            PC9wPg==
            --cut here--
            .
            QUIT
            """
        );
        replies.ShouldContain("235 ");
        replies.TrimEnd().ShouldEndWith("221 Bye");
        var letter = (await sandbox.InboxAsync(to)).ShouldHaveSingleItem();
        letter.From.ShouldBe("me@example.com");
        letter.Subject.ShouldBe("Привет there");
        letter.Headers["From"].ShouldBe("Анна  <me@example.com>");
        letter.Text.ShouldBe("Привет = hello world\r\n.pointed");
        letter.Html.ShouldBe("<p>Привет</p>");
    }

    [Fact]
    public async Task Commands_out_of_order_are_refused_and_the_session_goes_on()
    {
        var replies = await TalkAsync(
            $"""
            MAIL FROM:<me@example.com>
            HELO me
            RCPT TO:<{to}>
            DATA
            MAIL FROM:me@example.com
            MAIL FROM:<me@example.com>
            RCPT TO:<{to}>
            RSET
            DATA
            NOOP
            WHAT
            QUIT
            """
        );
        replies
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(reply => reply[..3])
            .ShouldBe([
                "220",
                "503",
                "250",
                "503",
                "503",
                "501",
                "250",
                "250",
                "250",
                "503",
                "250",
                "500",
                "221",
            ]);
        (await sandbox.InboxAsync(to)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("refused", "550")]
    [InlineData("busy", "451")]
    [InlineData("Greylisted", "451")]
    public async Task Some_recipients_are_refused_by_their_name(string name, string code)
    {
        var replies = await TalkAsync(
            $"""
            HELO me
            MAIL FROM:<me@example.com>
            RCPT TO:<{name}+{to}>
            QUIT
            """
        );
        replies.Split("\r\n")[3].ShouldStartWith(code);
    }

    [Fact]
    public async Task The_inbox_shows_a_letter_and_runs_nothing_of_it()
    {
        await TalkAsync(
            $"""
            HELO me
            MAIL FROM:<me@example.com>
            RCPT TO:<{to}>
            DATA
            Subject: <b>bold</b>
            Content-Type: text/html

            <script>alert(1)</script>"><p>hello
            .
            QUIT
            """
        );
        var list = await sandbox.Http.GetStringAsync(
            new Uri(sandbox.Address, $"/inbox?to={Uri.EscapeDataString(to)}")
        );
        list.ShouldContain("&lt;b&gt;bold&lt;/b&gt;");
        var href = list.Split("href=\"")[1].Split('"')[0];
        var letter = await sandbox.Http.GetStringAsync(new Uri(sandbox.Address, href));
        letter.ShouldNotContain("<script");
        letter.ShouldContain("sandbox=\"allow-popups");
        using var missing = await sandbox.Http.GetAsync(new Uri(sandbox.Address, "/inbox/999999"));
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Says everything at once, as a pipelining client may, and hears everything until the end.</summary>
    private async Task<string> TalkAsync(string script)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, sandbox.SmtpPort);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(script.ReplaceLineEndings("\r\n") + "\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
