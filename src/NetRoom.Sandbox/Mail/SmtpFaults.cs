using System.Collections.Concurrent;
using System.Text;

namespace NetRoom.Sandbox.Mail;

internal enum SmtpFault
{
    None,
    Refused,
    Busy,
    Greylisted,
    Spam,
    Slow,
    Hang,
    Cut,
    Unsure,
}

/// <summary>Recipients that mail does not reach as it should: by the name before the @, or before a + in it.</summary>
internal static class SmtpFaults
{
    private static readonly (SmtpFault Fault, string About)[] Known =
    [
        (SmtpFault.Refused, "550 at RCPT, always"),
        (SmtpFault.Busy, "451 at RCPT, always"),
        (SmtpFault.Greylisted, "451 at RCPT the first time, taken after that"),
        (SmtpFault.Spam, "554 after the letter"),
        (SmtpFault.Slow, "taken after a silence (Sandbox:SmtpSlowMilliseconds)"),
        (SmtpFault.Hang, "no answer to RCPT"),
        (SmtpFault.Cut, "the connection is dropped before the letter"),
        (SmtpFault.Unsure, "taken, and the connection is dropped before that is said"),
    ];

    /// <summary>For the front page.</summary>
    public static string About { get; } =
        Known
            .Aggregate(
                new StringBuilder(
                    "<h2>Mail</h2>\n<table>\n<tr><th>To</th><th>What happens</th></tr>\n"
                ),
                (page, it) =>
                    page.Append("<tr><td><code>")
                        .Append(Name(it.Fault))
                        .Append("@…</code>, <code>")
                        .Append(Name(it.Fault))
                        .Append("+…@…</code></td><td>")
                        .Append(it.About)
                        .Append("</td></tr>\n")
            )
            .Append("<tr><td>anybody else</td><td>taken</td></tr>\n</table>\n")
            .ToString();

    public static SmtpFault Of(string recipient)
    {
        var name = recipient.Split('@')[0].Split('+')[0];
        return Array
            .Find(Known, it => Name(it.Fault).Equals(name, StringComparison.OrdinalIgnoreCase))
            .Fault;
    }

    private static string Name(SmtpFault fault) => fault.ToString().ToLowerInvariant();
}

/// <summary>Whom greylisting has sent away once.</summary>
internal sealed class Greylist
{
    private readonly ConcurrentDictionary<string, bool> seen = new(
        StringComparer.OrdinalIgnoreCase
    );

    public bool IsFirst(string recipient) => seen.TryAdd(recipient, true);

    public void Clear() => seen.Clear();
}
