using System.Security.Claims;

namespace NetRoom.Accounts.Sessions;

/// <summary>Types of the claims of a signed-in principal.</summary>
internal static class SessionClaims
{
    public const string Account = "sub";
    public const string Session = "sid";
    public const string Label = "name";
    public const string Language = "language";
    public const string Adult = "adult";
    public const string Role = "role";
    public const string SecondFactor = "mfa";
}

/// <summary>Who a token speaks for.</summary>
/// <param name="Label">What pages call the person.</param>
/// <param name="SecondFactor">Whether the session was opened with one.</param>
internal sealed record Holder(
    Guid AccountId,
    Guid SessionId,
    string Label,
    string Language,
    bool IsAdult,
    string Role,
    bool SecondFactor
)
{
    public static Holder Of(Account account, StartedSession session) =>
        new(
            account.Id,
            session.Id,
            account.Label,
            account.Language,
            account.Age == Ages.Adult,
            account.Role,
            session.SecondFactor
        );

    /// <summary>Whom a principal of <see cref="ToPrincipal"/> speaks for.</summary>
    public static Holder Of(ClaimsPrincipal user)
    {
        return new(
            Guid.Parse(Claim(SessionClaims.Account)),
            Guid.Parse(Claim(SessionClaims.Session)),
            Claim(SessionClaims.Label),
            Claim(SessionClaims.Language),
            Claim(SessionClaims.Adult) == "true",
            Claim(SessionClaims.Role),
            Claim(SessionClaims.SecondFactor) == "true"
        );

        string Claim(string type) => user.FindFirst(type)!.Value;
    }

    public ClaimsPrincipal ToPrincipal(string scheme) =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(SessionClaims.Account, $"{AccountId}"),
                    new Claim(SessionClaims.Session, $"{SessionId}"),
                    new Claim(SessionClaims.Label, Label),
                    new Claim(SessionClaims.Language, Language),
                    new Claim(SessionClaims.Adult, IsAdult ? "true" : "false"),
                    new Claim(SessionClaims.Role, Role),
                    new Claim(SessionClaims.SecondFactor, SecondFactor ? "true" : "false"),
                ],
                scheme,
                SessionClaims.Label,
                SessionClaims.Role
            )
        );
}

/// <summary>A token that was read and found good.</summary>
internal sealed record AccessToken(Holder Holder, DateTimeOffset ExpiresAt);
