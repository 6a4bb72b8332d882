using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;

namespace NetRoom.Kernel.Http;

/// <summary>Public pages have an address per language: /ru/models is /models in Russian.</summary>
internal sealed class LanguagePrefix(RequestDelegate next)
{
    private static readonly object Key = new();

    public Task InvokeAsync(HttpContext context)
    {
        if (
            context.Request.Path.StartsWithSegments(
                "/ru",
                StringComparison.OrdinalIgnoreCase,
                out var rest
            )
        )
        {
            context.Items[Key] = "ru";
            context.Request.Path = rest.HasValue ? rest : "/";
        }

        return next(context);
    }

    /// <summary>Whether this request came by an address of a language.</summary>
    public static bool IsIn(HttpContext context) => context.Items.ContainsKey(Key);

    internal sealed class CultureProvider : IRequestCultureProvider
    {
        public Task<ProviderCultureResult?> DetermineProviderCultureResult(
            HttpContext httpContext
        ) =>
            Task.FromResult(
                httpContext.Items.TryGetValue(Key, out var language)
                    ? new ProviderCultureResult((string)language!)
                    : null
            );
    }
}
