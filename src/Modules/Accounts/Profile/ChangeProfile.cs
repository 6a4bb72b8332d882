using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Profile;

public sealed record ProfileForm
{
    public string? Name { get; init; }
    public string? Language { get; init; }
    public string? Theme { get; init; }

    /// <summary>"yes": sums in dollars too.</summary>
    public string? Dollars { get; init; }

    /// <summary>"adult", "guardian" or nothing: as it was declared before.</summary>
    public string? Age { get; init; }
}

/// <summary>/settings/profile: what the service calls the person, in which language, colours and currencies, and their age as declared.</summary>
internal sealed class ChangeProfile(
    NetRoomDb db,
    SessionCookies cookies,
    ICurrentAccount me,
    IStringLocalizer<AccountsText> texts,
    TimeProvider clock
)
{
    public const string Address = "/settings/profile";
    public const int LongestName = 80;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/settings/profile",
                (ChangeProfile change, HttpContext context, CancellationToken cancel) =>
                    change.ShowAsync(context, null, null, cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .OpenWithoutConsent();
        routes
            .MapPost(
                "/settings/profile",
                (
                    ChangeProfile change,
                    HttpContext context,
                    [FromForm] ProfileForm? form,
                    CancellationToken cancel
                ) => change.RunAsync(context, form ?? new(), cancel)
            )
            .RequireAuthorization(Policies.SignedIn)
            .OpenWithoutConsent()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    public async Task<IResult> RunAsync(
        HttpContext context,
        ProfileForm form,
        CancellationToken cancel
    )
    {
        var name = (form.Name ?? "").Trim().Normalize(NormalizationForm.FormC);
        if (name.Length > LongestName)
            return await ShowAsync(context, form, Invalid("profile.name_long"), cancel);
        if (name.Any(IsUnseen))
            return await ShowAsync(context, form, Invalid("profile.name_letters"), cancel);
        if (
            !Languages.All.Contains(form.Language)
            || form.Age is not (null or "" or Ages.Adult or Ages.Guardian)
        )
            return await ShowAsync(context, form, Invalid("profile.choose"), cancel);

        var before = await AccountAsync(cancel);
        var age = form.Age is Ages.Adult or Ages.Guardian ? form.Age : before.Age;
        if (age != before.Age)
            db.Add(
                Consent.Of(
                    me.Id,
                    Consent.Age,
                    age,
                    Languages.Current,
                    texts[
                        age == Ages.Adult
                            ? "I am 18 or older"
                            : "I am under 18 and a parent or guardian agrees"
                    ],
                    Decisions.Accepted,
                    Client.Of(context),
                    clock.GetUtcNow()
                )
            );
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.SaveChangesAsync(cancel);
        await db.Set<Account>()
            .Where(row => row.Id == me.Id)
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(it => it.Name, name)
                        .SetProperty(it => it.Language, form.Language)
                        .SetProperty(it => it.Age, age),
                cancel
            );
        await transaction.CommitAsync(cancel);

        await cookies.RenewAccessAsync(context, await HolderAsync(context, cancel));
        Preferences.KeepLanguage(context, form.Language!);
        Preferences.KeepTheme(context, form.Theme);
        Preferences.KeepDollars(context, form.Dollars == "yes");
        Notice.Leave(context, "Saved");
        return TypedResults.LocalRedirect(Address);
    }

    private async Task<IResult> ShowAsync(
        HttpContext context,
        ProfileForm? form,
        Problem? problem,
        CancellationToken cancel
    )
    {
        var account = await AccountAsync(cancel);
        return new PageResult<ProfilePage>(
            new
            {
                Form = form
                    ?? new ProfileForm
                    {
                        Name = account.Name,
                        Language = Languages.Current,
                        Theme = Preferences.ThemeOf(context) ?? "system",
                        Dollars = Preferences.ShowsDollars(context) ? "yes" : null,
                    },
                account.Age,
                Offset = Preferences.KnowsOffset(context)
                    ? Preferences.OffsetOf(context)
                    : (TimeSpan?)null,
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
    }

    private Task<Account> AccountAsync(CancellationToken cancel) =>
        db.Set<Account>().SingleAsync(row => row.Id == me.Id, cancel);

    /// <summary>This session's holder as the account is now.</summary>
    private async Task<Holder> HolderAsync(HttpContext context, CancellationToken cancel)
    {
        var account = await AccountAsync(cancel);
        return new Holder(
            account.Id,
            Guid.Parse(context.User.FindFirst(SessionClaims.Session)!.Value),
            account.Label,
            account.Language,
            account.Age == Ages.Adult,
            account.Role,
            context.User.HasClaim(SessionClaims.SecondFactor, "true")
        );
    }

    /// <summary>Control characters, and the marks that turn the direction of what follows on a page.</summary>
    private static bool IsUnseen(char letter) =>
        char.IsControl(letter)
        || char.IsSurrogate(letter) is false
            && char.GetUnicodeCategory(letter)
                is UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
            && letter != '\u200D';

    private static Problem Invalid(string code) => new(ProblemKind.Invalid, code);
}
