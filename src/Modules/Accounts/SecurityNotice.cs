namespace NetRoom.Accounts;

/// <summary>
/// Something that the person of an account should hear of although they most likely did it themselves. In the outbox, written in the
/// transaction that did it.
/// </summary>
/// <param name="Kind">One of <see cref="SecurityNotices"/>.</param>
/// <param name="Device">"Chrome, Windows": as its User-Agent told.</param>
/// <param name="Ip">Null if it is not known.</param>
public sealed record SecurityNotice(
    Guid AccountId,
    string Kind,
    DateTimeOffset At,
    string Device,
    string? Ip
);

/// <summary>What <see cref="SecurityNotice.Kind"/> may be.</summary>
public static class SecurityNotices
{
    public const string AuthenticatorOn = "authenticator_on";
    public const string AuthenticatorOff = "authenticator_off";
    public const string PasskeyAdded = "passkey_added";
    public const string PasskeyRemoved = "passkey_removed";
    public const string RecoveryCodesMade = "recovery_codes_made";
    public const string RecoveryCodeUsed = "recovery_code_used";
}
