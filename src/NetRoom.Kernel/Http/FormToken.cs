using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace NetRoom.Kernel.Http;

/// <summary>
/// The framework checks the antiforgery token of endpoints that read a form. This is for the ones whose form has no fields.
/// </summary>
public static class FormToken
{
    public static RouteHandlerBuilder RequireFormToken(this RouteHandlerBuilder endpoint) =>
        endpoint
            .WithMetadata(new Required())
            .AddEndpointFilter(
                async (context, next) =>
                    context.HttpContext.Features.Get<IAntiforgeryValidationFeature>()
                        is { IsValid: true }
                        ? await next(context)
                        : new Problem(ProblemKind.Forbidden, "kernel.forbidden").ToResult()
            );

    private sealed class Required : IAntiforgeryMetadata
    {
        public bool RequiresValidation => true;
    }
}
