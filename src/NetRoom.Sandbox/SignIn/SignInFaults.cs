namespace NetRoom.Sandbox.SignIn;

/// <summary>What may go wrong after the person has agreed.</summary>
internal static class SignInFaults
{
    public const string None = "none";
    public const string Unverified = "unverified";
    public const string WrongAudience = "wrong_audience";
    public const string WrongNonce = "wrong_nonce";
    public const string WrongIssuer = "wrong_issuer";
    public const string OldToken = "old_token";
    public const string BadSignature = "bad_signature";
    public const string Unsigned = "unsigned";
    public const string SignedBySecret = "signed_by_secret";
    public const string UnknownKey = "unknown_key";
    public const string ExpiredCode = "expired_code";
    public const string UsedCode = "used_code";
    public const string ReplayedState = "replayed_state";
    public const string WrongState = "wrong_state";
    public const string Slow = "slow";
    public const string Broken = "broken";

    public static readonly (string Id, string About)[] All =
    [
        (None, "Nothing"),
        (Unverified, "The address is not verified (Google)"),
        (WrongAudience, "The token is for another client"),
        (WrongNonce, "The token answers another request"),
        (WrongIssuer, "The token is of another issuer"),
        (OldToken, "The token has expired"),
        (BadSignature, "The signature is of another key"),
        (Unsigned, "The token is not signed at all"),
        (SignedBySecret, "The token is signed with a shared secret (HS256)"),
        (UnknownKey, "The token names a key that is not published"),
        (ExpiredCode, "The code has expired"),
        (UsedCode, "The code was used before"),
        (ReplayedState, "The same way back is offered twice"),
        (WrongState, "The state is another"),
        (Slow, "The token endpoint does not answer"),
        (Broken, "The token endpoint answers 500"),
    ];
}
