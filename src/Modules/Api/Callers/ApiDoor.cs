using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Errors;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;

namespace NetRoom.Api.Callers;

/// <summary>
/// Outermost for everything under /v1: gives the request its id, and sees that whatever goes wrong around the endpoints is said in their
/// protocol.
/// </summary>
internal sealed class ApiDoor : IStartupFilter, IProblemWriter
{
    public static readonly PathString Root = "/v1";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Use(
                (context, go) =>
                {
                    if (
                        context.Request.Path.StartsWithSegments(
                            Root,
                            StringComparison.OrdinalIgnoreCase
                        )
                    )
                    {
                        context.Features.Set<IProblemWriter>(this);
                        RequestIds.Begin(context);
                    }

                    return go(context);
                }
            );
            next(app);
        };

    public Task WriteAsync(HttpContext context, int status, Problem problem) =>
        ApiErrors.WriteAsync(context, ApiErrors.OfStatus(status, context.Request));
}
