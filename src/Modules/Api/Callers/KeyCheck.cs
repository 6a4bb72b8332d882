using System.Globalization;
using Microsoft.AspNetCore.Http;
using NetRoom.Accounts;
using NetRoom.Api.Errors;
using NetRoom.Api.Keys;

namespace NetRoom.Api.Callers;

/// <summary>
/// Lets in who holds a live key with the endpoint's scopes and names them as <see cref="ApiCaller"/>, before anything of the body is
/// read. After routing; endpoints without <see cref="KeyNeeded"/> are none of its business.
/// </summary>
internal sealed class KeyCheck(
    RequestDelegate next,
    KeyCache keys,
    KeyUse use,
    IConsentGate consents,
    TimeProvider clock
)
{
    private const string Bearer = "Bearer ";
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<KeyNeeded>() is not { } needed)
        {
            await next(context);
            return;
        }

        // Programs are answered in English, whatever language their system prefers.
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = English;
        RequestIds.Stamp(context);
        var (caller, error) = await CheckAsync(context, needed.Scopes);
        if (caller is null)
        {
            await ApiErrors.WriteAsync(context, error!);
            return;
        }

        use.Note(caller.KeyId);
        context.Features.Set(caller);
        await next(context);
    }

    private async ValueTask<(ApiCaller? Caller, ApiError? Error)> CheckAsync(
        HttpContext context,
        ApiScopes scopes
    )
    {
        if (SecretOf(context.Request.Headers) is not { Length: > 0 } secret)
            return (null, Missing);
        if (!KeySecret.IsWhole(secret))
            return (null, Broken);
        if (await keys.FindAsync(secret, context.RequestAborted) is not { } key)
            return (null, Unknown);
        if (key.RevokedAt is not null)
            return (null, Revoked);
        if (key.ExpiresAt is { } end && end <= clock.GetUtcNow())
            return (null, Expired);
        if (!await consents.IsOpenAsync(key.Caller.AccountId, context.RequestAborted))
            return (null, ConsentNeeded);
        var lacking = scopes & ~key.Caller.Scopes;
        return lacking == ApiScopes.None
            ? (key.Caller, null)
            : (
                null,
                ApiError.Forbidden(
                    $"This API key may not be used for this: it lacks the scope {Names(lacking)}. Make a key that has it."
                )
            );
    }

    /// <summary>OpenAI's way of sending it, or Anthropic's.</summary>
    private static string? SecretOf(IHeaderDictionary headers) =>
        headers.Authorization.ToString() is var authorization
        && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : headers["x-api-key"].ToString().Trim();

    private static string Names(ApiScopes scopes) =>
        string.Join(
            ", ",
            Enum.GetValues<ApiScopes>()
                .Where(scope =>
                    scope != ApiScopes.None && scope != ApiScopes.All && scopes.HasFlag(scope)
                )
                .Select(scope => $"'{scope.ToString().ToLowerInvariant()}'")
        );

    private static readonly ApiError Missing = ApiError.Key(
        "There is no API key in the request. Send it as 'Authorization: Bearer nr-…' or as 'x-api-key: nr-…'.",
        "missing_api_key"
    );

    private static readonly ApiError Broken = ApiError.Key(
        "This is not a NetRoom API key, or it was not copied whole."
    );

    private static readonly ApiError Unknown = ApiError.Key("There is no such API key.");

    private static readonly ApiError Revoked = ApiError.Key(
        "This API key was revoked. Use another one.",
        "revoked_api_key"
    );

    private static readonly ApiError ConsentNeeded = ApiError.Forbidden(
        "The documents of this service have changed. Sign in on the site, read what is new at /consent and agree; the key works again at once.",
        "consent_needed"
    );

    private static readonly ApiError Expired = ApiError.Key(
        "This API key has expired. Make a new one.",
        "expired_api_key"
    );
}
