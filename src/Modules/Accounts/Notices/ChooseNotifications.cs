using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Mail;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Notices;

/// <summary>Settings, notifications: /settings/notifications. Which letters somebody wants beside those of security.</summary>
internal sealed class ChooseNotifications(
    NetRoomDb db,
    IEnumerable<NotificationKind> kinds,
    MailQueue mail,
    ICurrentAccount me
)
{
    public const string Address = "/settings/notifications";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/settings/notifications",
                (ChooseNotifications choose, CancellationToken cancel) => choose.ShowAsync(cancel)
            )
            .RequireAuthorization(Policies.SignedIn);
        routes
            .MapPost(
                "/settings/notifications",
                (
                    ChooseNotifications choose,
                    HttpContext context,
                    IFormCollection form,
                    CancellationToken cancel
                ) => choose.SaveAsync(context, [.. form["on"].OfType<string>()], cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private async Task<IResult> ShowAsync(CancellationToken cancel)
    {
        var off = await Mine.Select(row => row.Kind).ToListAsync(cancel);
        var email = await db.Set<Account>()
            .Where(row => row.Id == me.Id)
            .Select(row => row.Email)
            .SingleAsync(cancel);
        return new PageResult<NotificationsPage>(
            new
            {
                Kinds = kinds.OrderBy(kind => kind.Order).ToList(),
                Off = off,
                Email = email,
                SendsMail = mail.IsOn,
            }
        );
    }

    private async Task<IResult> SaveAsync(
        HttpContext context,
        string[] on,
        CancellationToken cancel
    )
    {
        var off = kinds.Select(kind => kind.Key).Except(on).ToArray();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Two windows at once: the second waits for the first.
        await db.Database.ExecuteSqlAsync(
            $"SELECT 1 FROM accounts.account WHERE id = {me.Id} FOR UPDATE",
            cancel
        );
        await Mine.ExecuteDeleteAsync(cancel);
        db.AddRange(off.Select(kind => new NotificationOff { AccountId = me.Id, Kind = kind }));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(Address);
    }

    private IQueryable<NotificationOff> Mine =>
        db.Set<NotificationOff>().Where(row => row.AccountId == me.Id);
}
