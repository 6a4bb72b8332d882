using System.Net.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NetRoom.Kernel.Http;

namespace NetRoom.Kernel.Mail;

/// <summary>Configuration section "Mail": the SMTP server that takes our letters.</summary>
public sealed class MailOptions
{
    /// <summary>Without it no mail is sent.</summary>
    public string? Host { get; set; }

    public int Port { get; set; } = 587;

    /// <summary>STARTTLS is required; false sends in the clear.</summary>
    public bool Tls { get; set; } = true;

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>The sender's address.</summary>
    public string? From { get; set; }

    public string FromName { get; set; } = "NetRoom";

    /// <summary>The longest one sending may take, connection included.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    public bool IsOn => !string.IsNullOrWhiteSpace(Host);
}

/// <summary>Reads "Mail", points to the sandbox where there is one, and says clearly what is wrong before anything starts.</summary>
internal sealed class MailOptionsSetup(IConfiguration configuration, IHostEnvironment environment)
    : IConfigureOptions<MailOptions>,
        IValidateOptions<MailOptions>
{
    private const int SandboxPort = 5325;

    /// <summary>Speaks TLS from the first byte, which SmtpClient does not.</summary>
    private const int ImplicitTlsPort = 465;

    /// <summary>A sending must end well before its lease.</summary>
    private static readonly TimeSpan LongestTimeout = MailPump.Lease / 2;

    public void Configure(MailOptions options)
    {
        configuration.GetSection("Mail").Bind(options);
        if (
            options.IsOn
            || !environment.IsDevelopment()
            || !Uri.TryCreate(configuration["Sandbox:BaseUrl"], UriKind.Absolute, out var sandbox)
        )
            return;
        options.Host = sandbox.Host;
        options.Port = configuration.GetValue("Sandbox:SmtpPort", SandboxPort);
        options.Tls = false;
        options.From ??= "no-reply@netroom.local";
    }

    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        if (!options.IsOn)
            return ValidateOptionsResult.Success;
        var wrong = new List<string>();
        if (!MailAddress.TryCreate(options.From, out var from) || from.Address != options.From)
            wrong.Add("Mail:From must be the address of the sender, such as hello@example.com.");
        if (options.Port is < 1 or > 65535)
            wrong.Add($"Mail:Port is {options.Port}; it must be from 1 to 65535.");
        if (options.Tls && options.Port == ImplicitTlsPort)
            wrong.Add(
                "Mail:Port is 465, where a server speaks TLS from the first byte; use its port for STARTTLS, usually 587."
            );
        if (options.User is not null && !options.Tls)
            wrong.Add(
                "Mail:User is set while Mail:Tls is false: the password would travel in the clear."
            );
        if (options.FromName.Any(char.IsControl))
            wrong.Add("Mail:FromName must be one line.");
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > LongestTimeout)
            wrong.Add($"Mail:Timeout must be above zero and at most {LongestTimeout}.");
        if (!environment.IsDevelopment() && SiteAddress.Configured(configuration) is null)
            wrong.Add(
                "Site:Address must be set where mail is sent, such as https://netroom.example: links in letters begin with it."
            );
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
