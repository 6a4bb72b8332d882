using System.Security.Claims;

namespace NetRoom.Accounts.Sessions;

/// <summary>Types of the claims of a signed-in principal.</summary>
internal static class SessionClaims
{
    public const string Account = "sub";
    public const string Session = "sid";
    public const string Email = "email";
    public const string Language = "language";
    public const string Adult = "adult";
    public const string Role = "role";
}

/// <summary>Who a token speaks for.</summary>
internal sealed record Holder(
    Guid AccountId,
    Guid SessionId,
    string Email,
    string Language,
    bool IsAdult,
    string Role
)
{
    public static Holder Of(Account account, Guid sessionId) =>
        new(
            account.Id,
            sessionId,
            account.Email,
            account.Language,
            account.Age == Ages.Adult,
            account.Role
        );

    public ClaimsPrincipal ToPrincipal(string scheme) =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(SessionClaims.Account, $"{AccountId}"),
                    new Claim(SessionClaims.Session, $"{SessionId}"),
                    new Claim(SessionClaims.Email, Email),
                    new Claim(SessionClaims.Language, Language),
                    new Claim(SessionClaims.Adult, IsAdult ? "true" : "false"),
                    new Claim(SessionClaims.Role, Role),
                ],
                scheme,
                SessionClaims.Email,
                SessionClaims.Role
            )
        );
}

/// <summary>A token that was read and found good.</summary>
internal sealed record AccessToken(Holder Holder, DateTimeOffset ExpiresAt);
