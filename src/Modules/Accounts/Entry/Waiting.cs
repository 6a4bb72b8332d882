using System.Globalization;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel;

namespace NetRoom.Accounts.Entry;

/// <summary>Tells programs and people how long to wait.</summary>
internal static class Waiting
{
    public static Problem Problem(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds)
            .ToString(CultureInfo.InvariantCulture);
        return new Problem(
            ProblemKind.TooMany,
            "accounts.wait",
            Math.Max(1, (int)Math.Ceiling(wait.TotalMinutes))
        );
    }
}
