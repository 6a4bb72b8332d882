using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Api.Keys;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Api.Pages;

/// <summary>Settings, API keys: /settings/api-keys. A key is shown on the page that its making answers, and nowhere else.</summary>
internal static class ManageKeys
{
    public const string Address = "/settings/api-keys";

    public static async Task<IResult> ShowAsync(
        ICurrentAccount account,
        KeyScreens screens,
        CancellationToken cancel
    ) => Page(await screens.LoadAsync(account.Id, KeyForm.Blank(), cancel));

    public static async Task<IResult> CreateAsync(
        [FromForm] KeyForm? form,
        ICurrentAccount account,
        ApiKeys keys,
        KeyScreens screens,
        ICatalog catalog,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        form ??= new();
        var parsed = form.Parse(id => catalog.Find(id) is not null, clock.GetUtcNow());
        if (!parsed.Succeeded(out var wanted, out var problem))
            return await WithAsync(problem);
        var outcome = await keys.CreateAsync(account.Id, wanted, cancel);
        if (outcome.Succeeded(out var created, out problem))
            return Page(
                await screens.LoadAsync(account.Id, KeyForm.Blank(), cancel) with
                {
                    Secret = created.Secret,
                }
            );
        // The form was sent twice: its key has been shown.
        return problem.Code == ApiKeys.MadeBefore
            ? TypedResults.Redirect(Address)
            : await WithAsync(problem);

        async Task<IResult> WithAsync(Problem wrong) =>
            Page(await screens.LoadAsync(account.Id, form, cancel) with { Problem = wrong });
    }

    /// <summary>Asks whether it is meant; with script in a dialog.</summary>
    public static async Task<IResult> AskAsync(
        Guid id,
        ICurrentAccount account,
        KeyScreens screens,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var screen = await screens.LoadAsync(account.Id, KeyForm.Blank(), cancel);
        if (screen.Keys.FirstOrDefault(key => key.Id == id) is not { RevokedAt: null } key)
            // Revoked in another window, or never ours: the list says what there is.
            return TypedResults.Redirect(Address);
        context.Response.Headers.Vary = "HX-Request";
        return context.Request.IsFragment()
            ? Fragment.Of<RevokeView>(new { Key = key })
            : new PageResult<RevokePage>(new { Key = key });
    }

    public static async Task<IResult> RevokeAsync(
        Guid id,
        ICurrentAccount account,
        ApiKeys keys,
        HttpContext context,
        CancellationToken cancel
    )
    {
        if (await keys.RevokeAsync(account.Id, id, cancel))
            Notice.Leave(context, "Done");
        return TypedResults.Redirect(Address);
    }

    private static PageResult<KeysPage> Page(KeysScreen screen) =>
        new(
            new { Screen = screen },
            screen.Problem is { } problem ? (int)problem.Kind : StatusCodes.Status200OK
        );
}
