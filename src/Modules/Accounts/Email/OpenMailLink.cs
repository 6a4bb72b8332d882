using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace NetRoom.Accounts.Email;

/// <summary>
/// /mail-link#secret. The fragment of an address stays in the browser: it gets into no log and no Referer. A small script puts it into the
/// form and sends that; without script the link is pasted.
/// </summary>
internal static class OpenMailLink
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mail-link", () => MailLinkScreens.AskForCode()).AllowAnonymous();
        routes
            .MapPost("/mail-link", RunAsync)
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
    }

    private static async Task<IResult> RunAsync(
        [FromForm] MailLinkForm? form,
        MailLinks links,
        MailLinkScreens screens,
        CancellationToken cancel
    ) =>
        form is not null && await links.FindAsync(form.Code, cancel) is { } link
            ? await screens.ShowAsync(link, form, null, cancel)
            : MailLinkScreens.AskForCode(MailLinkScreens.Dead);
}
