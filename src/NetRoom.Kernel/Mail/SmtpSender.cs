using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace NetRoom.Kernel.Mail;

/// <summary>Why a letter was not taken, in a word that names nobody: "550", "ConnectionRefused".</summary>
/// <param name="IsFinal">The recipient does not exist for the server: asking again would change nothing.</param>
internal sealed record MailFailure(string Reason, bool IsFinal = false);

/// <summary>Hands a letter to the world.</summary>
internal interface IMailSender
{
    /// <param name="id">The same at each try, so that a letter which arrives twice can be recognised (Message-ID).</param>
    /// <returns>Null once the server has taken the letter.</returns>
    Task<MailFailure?> SendAsync(Guid id, Mail mail);
}

/// <summary>By SMTP. Each letter has a connection of its own, and a limit to its time.</summary>
internal sealed class SmtpSender(IOptions<MailOptions> options) : IMailSender
{
    private readonly MailOptions options = options.Value;

    public async Task<MailFailure?> SendAsync(Guid id, Mail mail)
    {
        using var limit = new CancellationTokenSource(options.Timeout);
        try
        {
            using var message = Compose(id, mail);
            using var client = new SmtpClient(options.Host, options.Port)
            {
                EnableSsl = options.Tls,
                Credentials = options.User is null
                    ? null
                    : new NetworkCredential(options.User, options.Password),
            };
            // Aborting works once there is a connection; the second limit is for the wait for one.
            await client
                .SendMailAsync(message, limit.Token)
                .WaitAsync(options.Timeout + TimeSpan.FromSeconds(1), CancellationToken.None);
            return null;
        }
        catch (SmtpException failure) when (!limit.IsCancellationRequested)
        {
            return Explain(failure);
        }
        catch (FormatException)
        {
            return new("Address", IsFinal: true);
        }
        catch (Exception failure)
        {
            return new(limit.IsCancellationRequested ? "Timeout" : failure.GetType().Name);
        }
    }

    private MailMessage Compose(Guid id, Mail mail)
    {
        var from = new MailAddress(options.From!, options.FromName, Encoding.UTF8);
        return new MailMessage
        {
            From = from,
            To = { new MailAddress(mail.To) },
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            AlternateViews =
            {
                Part(mail.Text, MediaTypeNames.Text.Plain),
                Part(mail.Html, MediaTypeNames.Text.Html),
            },
            Headers =
            {
                ["Message-ID"] = $"<{id:n}@{from.Host}>",
                ["Auto-Submitted"] = "auto-generated",
            },
        };
    }

    private static AlternateView Part(string content, string type)
    {
        var part = AlternateView.CreateAlternateViewFromString(content, Encoding.UTF8, type);
        part.TransferEncoding = TransferEncoding.Base64;
        return part;
    }

    /// <summary>Only a refused recipient is final: a refused password or sender is a mistake of ours, which can be mended.</summary>
    private static MailFailure Explain(SmtpException failure) =>
        (int)failure.StatusCode is > 0 and var code
            ? new(
                code.ToString(CultureInfo.InvariantCulture),
                failure is SmtpFailedRecipientException && code is >= 500 and < 600
            )
            : new(
                failure.GetBaseException() is SocketException socket
                    ? socket.SocketErrorCode.ToString()
                    : failure.GetBaseException().GetType().Name
            );
}
