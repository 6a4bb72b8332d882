using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Documents;

/// <summary>
/// After routing and sign-in: whoever has not accepted what is in effect is led to /consent from any page that needs an account. What
/// runs already goes on: streams of answers are let through. The owner does not contract with himself.
/// </summary>
internal sealed class ConsentCheck(RequestDelegate next, Consents consents)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (
            Concerns(context)
            && context.User.FindFirst(SessionClaims.Account) is { } account
            && await consents.IsDueAsync(Guid.Parse(account.Value), context.RequestAborted)
        )
            await StopAsync(context);
        else
            await next(context);
    }

    private static bool Concerns(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } endpoint
        && endpoint.GetMetadata<IAuthorizeData>() is not null
        && endpoint.GetMetadata<IAllowAnonymous>() is null
        && endpoint.GetMetadata<WithoutConsent.Open>() is null
        && !context.User.HasClaim(SessionClaims.Role, Roles.Owner)
        && !context.Request.Headers.Accept.Any(accept =>
            accept?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true
        );

    private static async Task StopAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.IsFragment())
        {
            await Fragment
                .Of<ConsentCard>(new { }, StatusCodes.Status403Forbidden)
                .ExecuteAsync(context);
            return;
        }

        if (HttpMethods.IsGet(request.Method) && request.WantsPage())
        {
            context.Response.Redirect(GiveConsent.AddressFor(request.GetEncodedPathAndQuery()));
            return;
        }

        if (request is { HasFormContentType: true } && request.WantsPage())
        {
            var form = await request.ReadFormAsync(context.RequestAborted);
            await new PageResult<ConsentStopPage>(
                new { Typed = form["text"].ToString() },
                StatusCodes.Status403Forbidden
            ).ExecuteAsync(context);
            return;
        }

        await new Problem(ProblemKind.Forbidden, "consent.needed").ToResult().ExecuteAsync(context);
    }
}
