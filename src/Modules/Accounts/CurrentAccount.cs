using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts;

/// <summary>Reads the principal that the session's access token made.</summary>
internal sealed class CurrentAccount(IHttpContextAccessor accessor) : ICurrentAccount
{
    private ClaimsPrincipal? User => accessor.HttpContext?.User;

    public bool IsSignedIn => User?.Identity is { IsAuthenticated: true };

    public Guid Id => Guid.Parse(Claim(SessionClaims.Account), CultureInfo.InvariantCulture);

    public string Language => IsSignedIn ? Claim(SessionClaims.Language) : Languages.Current;

    public string Label => Claim(SessionClaims.Label);

    public bool IsAdult => User?.HasClaim(SessionClaims.Adult, "true") == true;

    public bool IsOwner => User?.HasClaim(SessionClaims.Role, Roles.Owner) == true;

    private string Claim(string type) =>
        User?.FindFirst(type)?.Value
        ?? throw new InvalidOperationException(
            $"Nobody is signed in. The endpoint needs RequireAuthorization({nameof(Policies)}.{nameof(Policies.SignedIn)})."
        );
}
