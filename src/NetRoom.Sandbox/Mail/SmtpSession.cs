using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace NetRoom.Sandbox.Mail;

/// <summary>One connection: RFC 5321, with AUTH of any name and password, without TLS.</summary>
internal sealed class SmtpSession(
    Stream stream,
    SandboxOptions options,
    Inbox inbox,
    Greylist greylist,
    TimeProvider clock
)
{
    private const int LongestLine = 16 * 1024;
    private const int MostRecipients = 100;
    private const int LargestLetter = 10 * 1024 * 1024;

    private readonly PipeReader input = PipeReader.Create(
        stream,
        new StreamPipeReaderOptions(leaveOpen: true)
    );
    private readonly List<string> recipients = [];
    private string? sender;
    private bool hasGreeted;

    public async Task RunAsync(CancellationToken cancel)
    {
        await SayAsync("220 sandbox ESMTP, no letter leaves here", cancel);
        while (await ReadLineAsync(cancel) is { } line)
        {
            if (await ObeyAsync(Encoding.UTF8.GetString(line), cancel) is not { } reply)
                return;
            await SayAsync(reply, cancel);
            if (reply.StartsWith("221", StringComparison.Ordinal))
                return;
        }
    }

    /// <returns>What to say, or null to hang up without a word.</returns>
    private async Task<string?> ObeyAsync(string line, CancellationToken cancel)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var argument = space < 0 ? "" : line[(space + 1)..].Trim();
        return (space < 0 ? line : line[..space]).ToUpperInvariant() switch
        {
            "EHLO" => Greet(
                $"250-sandbox\r\n250-SIZE {LargestLetter}\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 AUTH LOGIN PLAIN"
            ),
            "HELO" => Greet("250 sandbox"),
            "AUTH" => await SignInAsync(argument, cancel),
            "MAIL" => Begin(argument),
            "RCPT" => await AddressAsync(argument, cancel),
            "DATA" => await TakeAsync(cancel),
            "RSET" => Forget("250 Forgotten"),
            "NOOP" => "250 Fine",
            "VRFY" => "252 A letter will tell",
            "QUIT" => "221 Bye",
            _ => "500 Not known here",
        };
    }

    private string Greet(string reply)
    {
        hasGreeted = true;
        return Forget(reply);
    }

    private string Forget(string reply)
    {
        sender = null;
        recipients.Clear();
        return reply;
    }

    private async Task<string?> SignInAsync(string argument, CancellationToken cancel)
    {
        var words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[]? questions = words switch
        {
            ["LOGIN" or "login"] => ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
            ["LOGIN" or "login", _] => ["334 UGFzc3dvcmQ6"],
            ["PLAIN" or "plain"] => ["334 "],
            ["PLAIN" or "plain", _] => [],
            _ => null,
        };
        if (questions is null)
            return "504 LOGIN and PLAIN are known here";
        foreach (var question in questions)
        {
            await SayAsync(question, cancel);
            if (await ReadLineAsync(cancel) is not { } answer)
                return null;
            if (answer is [(byte)'*'])
                return "501 As you wish";
        }
        return "235 Welcome";
    }

    private string Begin(string argument)
    {
        if (!hasGreeted || sender is not null)
            return "503 Out of order";
        if (Path(argument, "FROM:") is not { } path)
            return "501 MAIL FROM:<address>";
        sender = path;
        return "250 Go on";
    }

    private async Task<string?> AddressAsync(string argument, CancellationToken cancel)
    {
        if (sender is null)
            return "503 Out of order";
        if (Path(argument, "TO:") is not { Length: > 0 } path)
            return "501 RCPT TO:<address>";
        if (recipients.Count == MostRecipients)
            return "452 Too many recipients";
        switch (SmtpFaults.Of(path))
        {
            case SmtpFault.Refused:
                return "550 5.1.1 There is nobody of this name";
            case SmtpFault.Busy:
            case SmtpFault.Greylisted when greylist.IsFirst(path):
                return "451 4.3.2 Come again later";
            case SmtpFault.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancel);
                break;
        }
        recipients.Add(path);
        return "250 Go on";
    }

    private async Task<string?> TakeAsync(CancellationToken cancel)
    {
        if (recipients.Count == 0)
            return "503 Out of order";
        await SayAsync("354 End with a point alone", cancel);
        var faults = recipients.ConvertAll(SmtpFaults.Of);
        if (faults.Contains(SmtpFault.Cut))
            return null;

        using var content = new MemoryStream();
        while (true)
        {
            if (await ReadLineAsync(cancel) is not { } line)
                return null;
            if (line is [(byte)'.'])
                break;
            var isStuffed = line is [(byte)'.', ..];
            if (content.Length <= LargestLetter)
            {
                content.Write(line, isStuffed ? 1 : 0, line.Length - (isStuffed ? 1 : 0));
                content.Write("\r\n"u8);
            }
        }

        if (content.Length > LargestLetter)
            return Forget("552 5.3.4 Too large");
        if (faults.Contains(SmtpFault.Spam))
            return Forget("554 5.7.1 This looks like spam");
        if (faults.Contains(SmtpFault.Slow))
            await Task.Delay(
                TimeSpan.FromMilliseconds(options.SmtpSlowMilliseconds),
                clock,
                cancel
            );
        inbox.Add(sender!, [.. recipients], content.ToArray());
        return faults.Contains(SmtpFault.Unsure) ? null : Forget("250 Taken");
    }

    /// <summary>"TO:&lt;a@b&gt; SIZE=1" is "a@b"; the empty sender of a bounce is "".</summary>
    private static string? Path(string argument, string word)
    {
        if (!argument.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            return null;
        var path = argument[word.Length..].TrimStart();
        var end = path.IndexOf('>', StringComparison.Ordinal);
        return path is ['<', ..] && end > 0 ? path[1..end] : null;
    }

    private async Task SayAsync(string reply, CancellationToken cancel) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), cancel);

    /// <summary>Only CR LF ends a line. Null is the end of the connection.</summary>
    private async Task<byte[]?> ReadLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancel);
            var reader = new SequenceReader<byte>(read.Buffer);
            if (reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
            {
                var bytes = line.ToArray();
                input.AdvanceTo(reader.Position);
                return bytes;
            }
            if (read.IsCompleted || read.Buffer.Length > LongestLine)
                return null;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
