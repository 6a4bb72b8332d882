using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Mail;

namespace NetRoom.Accounts.Notices;

/// <summary>Keeps the notice for the settings and writes to the person. These letters cannot be turned off.</summary>
internal sealed class TellOfSecurity(
    NetRoomDb db,
    MailQueue mail,
    SiteAddress site,
    IStringLocalizer<NoticeText> texts
) : IEventHandler<SecurityNotice>
{
    public async Task HandleAsync(SecurityNotice news, CancellationToken cancel)
    {
        var account = await db.Set<Account>()
            .SingleOrDefaultAsync(row => row.Id == news.AccountId, cancel);
        if (account is null)
            return;
        db.Add(
            new SecurityEvent
            {
                Id = Ids.New(),
                AccountId = news.AccountId,
                Kind = news.Kind,
                At = news.At,
                Device = news.Device,
                Ip = news.Ip,
            }
        );
        if (account.Email is not null && mail.IsOn)
            await mail.AddAsync(account.Email, Letter(news, account.Language));
    }

    private Letter Letter(SecurityNotice news, string language)
    {
        using var speaking = Telling.Speak(language);
        var what = SecurityWords.Of(texts, news.Kind);
        var when = news.At.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.CurrentCulture);
        List<string> said =
        [
            SecurityWords.More(texts, news.Kind),
            texts["It happened on {0} UTC.", when],
        ];
        if (news.Ip is not null)
            said.Add(
                texts["From: {0}, address {1}.", news.Device ?? texts["Unknown browser"], news.Ip]
            );
        return new Letter(
            language,
            what,
            what,
            said,
            new LetterLink(
                texts["Look at your sessions"],
                site.Url(SessionList.ShowSessions.Address)
            ),
            texts["letter.footer"]
        );
    }
}

/// <summary>The words of a kind of notice, in the current language.</summary>
internal static class SecurityWords
{
    public static string Of(IStringLocalizer<NoticeText> texts, string kind) =>
        texts["kind." + kind] is { ResourceNotFound: false } known ? known : texts["kind.other"];

    /// <summary>How somebody signed in; the name of a provider that has no words of its own.</summary>
    public static string Method(IStringLocalizer<NoticeText> texts, string provider) =>
        texts["method." + provider] is { ResourceNotFound: false } known ? known : provider;

    public static string More(IStringLocalizer<NoticeText> texts, string kind) =>
        texts["more." + kind] is { ResourceNotFound: false } known ? known : texts["more.other"];
}
