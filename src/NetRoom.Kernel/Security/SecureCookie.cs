using Microsoft.AspNetCore.Http;

namespace NetRoom.Kernel.Security;

/// <summary>
/// A cookie that is Secure also over http://localhost, where browsers accept it. The framework's own "always" refuses such requests.
/// </summary>
internal sealed class SecureCookie : CookieBuilder
{
    public SecureCookie() => (SameSite, SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.None);

    public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
    {
        var options = base.Build(context, expiresFrom);
        options.Secure = true;
        options.Path = "/";
        return options;
    }
}
