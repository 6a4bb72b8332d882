using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Mail;
using Quartz;

namespace NetRoom.Accounts.Documents;

/// <summary>
/// Each hour: one letter to each person for each day on which documents change, from the moment they are published until a month after.
/// Who accepted them already, registered under them or turned these letters off gets none. The letter and the note of it are one transaction, and the note is
/// unique: two nodes, or a node that died half-way, send no second one.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class AnnounceDocuments(
    NetRoomDb db,
    LegalDocuments documents,
    MailQueue mail,
    INotificationChoices choices,
    SiteAddress site,
    IStringLocalizer<ConsentText> texts,
    TimeProvider clock
) : IJob
{
    public const string Hourly = "0 7 * * * ?";
    private const int AtOnce = 100;
    private const int DaysAfter = 30;

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    )
    {
        if (!mail.IsOn)
            return;
        var since = documents.Today.AddDays(-DaysAfter);
        var days = documents
            .NewSince(since, "en")
            .Select(document => document.Version)
            .Distinct()
            .Order();
        foreach (var day in days)
            while (await TellSomeAsync(day, cancellationToken) == AtOnce) { }
    }

    private async Task<int> TellSomeAsync(DateOnly day, CancellationToken cancel)
    {
        var changed = Changed(day, "en");
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var told = await db.Set<DocumentLetter>()
            .FromSql(
                $"""
                INSERT INTO accounts.document_letter (account_id, version, queued_at)
                SELECT a.id, {day}, {clock.GetUtcNow()}
                  FROM accounts.account AS a
                 WHERE a.email IS NOT NULL AND a.blocked_at IS NULL AND a.role <> {Roles.Owner}
                   AND NOT EXISTS (SELECT FROM accounts.document_letter AS l WHERE l.account_id = a.id AND l.version = {day})
                   AND (SELECT count(DISTINCT c.document) FROM accounts.consent AS c
                         WHERE c.account_id = a.id AND c.decision = 'accepted'
                           AND c.document = ANY ({changed
                    .Select(it => it.Name)
                    .ToArray()}) AND c.version >= {changed[0].Code}) < {changed.Count}
                 ORDER BY a.id LIMIT {AtOnce}
                ON CONFLICT DO NOTHING
                RETURNING *
                """
            )
            .ToListAsync(cancel);
        var ids = told.Select(row => row.AccountId).ToList();
        var people = await db.Set<Account>().Where(row => ids.Contains(row.Id)).ToListAsync(cancel);
        foreach (var person in people)
            if (await choices.WantsAsync(person.Id, NotificationKind.Documents, cancel))
                await mail.AddAsync(person.Email!, LetterOf(day, person.Language));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return told.Count;
    }

    private Letter LetterOf(DateOnly day, string language)
    {
        var (before, culture) = (
            CultureInfo.CurrentUICulture,
            CultureInfo.GetCultureInfo(language)
        );
        try
        {
            CultureInfo.CurrentUICulture = culture;
            var changed = Changed(day, language);
            var date = day.ToString("d MMMM yyyy", culture);
            return new Letter(
                language,
                texts["letter.subject", date],
                texts["letter.heading"],
                [
                    texts["letter.lead", date, string.Join(", ", changed.Select(it => it.Title))],
                    .. changed
                        .Where(it => it.Changed is not null)
                        .Select(it => $"{it.Title}: {it.Changed}"),
                    texts["letter.do"],
                ],
                new LetterLink(texts["See what changed"], site.Url(GiveConsent.Address)),
                texts["letter.footer"]
            );
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private List<LegalDocument> Changed(DateOnly day, string language) =>
        [.. documents.NewSince(day, language).Where(document => document.Version == day)];
}
