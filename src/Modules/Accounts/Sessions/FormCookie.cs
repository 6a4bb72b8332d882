using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace NetRoom.Accounts.Sessions;

/// <summary>
/// The antiforgery cookie is Secure always, as the session's are. SecurePolicy.Always would do the same but refuses to draw a form on
/// http://localhost, which browsers trust with Secure cookies.
/// </summary>
internal sealed class FormCookie : CookieBuilder
{
    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.Secure = true;
        return options;
    }

    public static void Configure(IServiceCollection services) =>
        services.PostConfigure<AntiforgeryOptions>(options =>
            options.Cookie = new FormCookie
            {
                Name = options.Cookie.Name,
                Path = "/",
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                IsEssential = true,
                SecurePolicy = CookieSecurePolicy.None,
            }
        );
}
