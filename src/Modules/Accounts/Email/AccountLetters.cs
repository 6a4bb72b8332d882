using Microsoft.Extensions.Localization;
using NetRoom.Accounts.Notices;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Mail;

namespace NetRoom.Accounts.Email;

/// <summary>The letters about addresses and passwords. Each kind has its subject, text, button and footer in EmailText.</summary>
internal sealed class AccountLetters(
    MailQueue mail,
    SiteAddress site,
    IStringLocalizer<EmailText> texts
)
{
    /// <summary>Whether this service sends mail at all.</summary>
    public bool AreSent => mail.IsOn;

    /// <summary>Adds the letter to the context; the caller saves.</summary>
    /// <param name="kind">A <see cref="LinkPurposes"/> or a letter without a link.</param>
    /// <param name="secret">Of the link; null for a letter without one.</param>
    public async Task AddAsync(
        string kind,
        string to,
        string language,
        string? secret,
        params object[] args
    )
    {
        if (!mail.IsOn)
            return;
        using var speaking = Telling.Speak(language);
        await mail.AddAsync(
            to,
            new Letter(
                language,
                texts[$"letter.{kind}.subject"],
                texts[$"letter.{kind}.subject"],
                [texts[$"letter.{kind}.text", args]],
                secret is null
                    ? null
                    : new LetterLink(
                        texts[$"letter.{kind}.button"],
                        site.Url($"{MailLinkScreens.Address}#{secret}")
                    ),
                texts[$"letter.{kind}.footer"]
            )
        );
    }
}
