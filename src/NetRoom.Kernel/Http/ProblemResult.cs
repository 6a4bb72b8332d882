using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Kernel.Http;

/// <summary>
/// A problem as the caller can use it: a page for a person, a fragment for a part of a page, ProblemDetails for a program.
/// </summary>
public sealed class ProblemResult(Problem problem) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        StatusAsync(httpContext, (int)problem.Kind, problem);

    internal static Task UnexpectedAsync(HttpContext context)
    {
        SecurityHeaders.Write(context);
        var failure = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var problem = failure is BadHttpRequestException { StatusCode: var status }
            ? OfStatus(status)
            : new Problem(ProblemKind.Unavailable, "kernel.unexpected");
        return StatusAsync(
            context,
            failure is BadHttpRequestException bad ? bad.StatusCode : 500,
            problem
        );
    }

    internal static Task StatusPageAsync(HttpContext context) =>
        StatusAsync(context, context.Response.StatusCode, OfStatus(context.Response.StatusCode));

    private static Task StatusAsync(HttpContext context, int status, Problem problem)
    {
        if (context.Features.Get<IProblemWriter>() is { } words)
            return words.WriteAsync(context, status, problem);
        var sentence = context.RequestServices.GetRequiredService<ProblemSentences>().Of(problem);
        return Answer(context, status, problem.Code, sentence).ExecuteAsync(context);
    }

    private static Problem OfStatus(int status) =>
        status switch
        {
            401 => new Problem(ProblemKind.SignInNeeded, "kernel.sign_in_needed"),
            403 => new Problem(ProblemKind.Forbidden, "kernel.forbidden"),
            404 or 405 => Problem.NotFound(),
            413 => new Problem(ProblemKind.TooLarge, "kernel.too_large"),
            429 => new Problem(ProblemKind.TooMany, "kernel.too_many"),
            >= 500 => new Problem(ProblemKind.Unavailable, "kernel.unexpected"),
            _ => new Problem(ProblemKind.Invalid, "kernel.bad_request"),
        };

    private static IResult Answer(HttpContext context, int status, string code, string sentence)
    {
        if (context.Request.IsFragment())
            return new RazorComponentResult<ErrorCard>(new { Message = sentence })
            {
                StatusCode = status,
            };
        // By which a failure of ours is found in the log.
        var trace = status >= 500 ? context.TraceIdentifier : null;
        if (context.Request.WantsPage())
            return new RazorComponentResult<ErrorPage>(
                new
                {
                    Status = status,
                    Message = sentence,
                    Trace = trace,
                }
            )
            {
                StatusCode = status,
            };
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        if (trace is not null)
            extensions["traceId"] = trace;
        return TypedResults.Problem(sentence, statusCode: status, extensions: extensions);
    }
}

/// <summary>A feature of requests whose callers speak a protocol of their own: problems are said in it.</summary>
public interface IProblemWriter
{
    /// <param name="status">The HTTP status to answer with.</param>
    Task WriteAsync(HttpContext context, int status, Problem problem);
}

public static class RequestKind
{
    /// <summary>The request asks for a part of a page (htmx, or our own scripts).</summary>
    public static bool IsFragment(this HttpRequest request) =>
        request.Headers.ContainsKey("HX-Request");

    public static bool WantsPage(this HttpRequest request) =>
        request.Headers.Accept.Any(accept =>
            accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true
        );

    public static IResult ToResult(this Problem problem) => new ProblemResult(problem);
}
