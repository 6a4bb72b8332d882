using System.Globalization;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;

namespace NetRoom.Api.Limits;

/// <summary>
/// Lets a caller send so many requests a minute, and so many at once, and says in the standard headers how many are left. After the
/// key's check, before anything of the body is read.
/// </summary>
internal sealed class RateGate(RequestDelegate next, RequestMeters meters, TimeProvider clock)
{
    /// <summary>Nobody knows when a running request ends.</summary>
    private static readonly TimeSpan WhileOthersRun = TimeSpan.FromSeconds(1);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ApiCaller>() is not { } caller)
        {
            await next(context);
            return;
        }

        var (key, account) = (meters.OfKey(caller), meters.OfAccount(caller));
        if (!key.TryEnter())
        {
            await RefuseAsync(context, key, account, Crowded("this key", key), WhileOthersRun);
            return;
        }

        try
        {
            if (!account.TryEnter())
            {
                await RefuseAsync(
                    context,
                    key,
                    account,
                    Crowded("this account", account),
                    WhileOthersRun
                );
                return;
            }

            try
            {
                await MeterAsync(context, key, account);
            }
            finally
            {
                account.Leave();
            }
        }
        finally
        {
            key.Leave();
        }
    }

    private async Task MeterAsync(HttpContext context, RequestMeter key, RequestMeter account)
    {
        var now = clock.GetUtcNow();
        if (key.Take(now) is { } wait)
        {
            await RefuseAsync(context, key, account, Hurried("This key", key), wait);
        }
        else if (account.Take(now) is { } longer)
        {
            key.GiveBack();
            await RefuseAsync(context, key, account, Hurried("This account", account), longer);
        }
        else
        {
            Tell(context, key, account);
            await next(context);
        }
    }

    private Task RefuseAsync(
        HttpContext context,
        RequestMeter key,
        RequestMeter account,
        string message,
        TimeSpan wait
    )
    {
        Tell(context, key, account);
        return ApiErrors.WriteAsync(context, ApiError.TooMany(message, wait));
    }

    /// <summary>Of the two limits the one that is nearer.</summary>
    private void Tell(HttpContext context, RequestMeter key, RequestMeter account)
    {
        var now = clock.GetUtcNow();
        var nearer = account.Remaining(now) < key.Remaining(now) ? account : key;
        var (limit, remaining, reset) = (
            Number(nearer.PerMinute),
            Number(nearer.Remaining(now)),
            nearer.Reset(now)
        );
        var headers = context.Response.Headers;
        if (ApiProtocols.Of(context) == ApiProtocol.Anthropic)
        {
            headers["anthropic-ratelimit-requests-limit"] = limit;
            headers["anthropic-ratelimit-requests-remaining"] = remaining;
            headers["anthropic-ratelimit-requests-reset"] = (now + reset).UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                CultureInfo.InvariantCulture
            );
        }
        else
        {
            headers["x-ratelimit-limit-requests"] = limit;
            headers["x-ratelimit-remaining-requests"] = remaining;
            headers["x-ratelimit-reset-requests"] = Duration(reset);
        }
    }

    /// <summary>As OpenAI writes it: "120ms", "1.5s", "1m0s".</summary>
    internal static string Duration(TimeSpan time) =>
        time switch
        {
            { TotalSeconds: < 1 } => $"{Number((int)Math.Ceiling(time.TotalMilliseconds))}ms",
            { TotalMinutes: < 1 } => time.TotalSeconds.ToString(
                "0.###'s'",
                CultureInfo.InvariantCulture
            ),
            _ => $"{Number((int)time.TotalMinutes)}m{Number(time.Seconds)}s",
        };

    private static string Hurried(string whose, RequestMeter meter) =>
        $"{whose} may send {Number(meter.PerMinute)} requests a minute. Slow down, and try again after the time in Retry-After.";

    private static string Crowded(string whose, RequestMeter meter) =>
        $"{Number(meter.Parallel)} requests of {whose} are running, as many as may at once. Wait for one of them to end.";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
