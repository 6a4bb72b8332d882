namespace NetRoom.Accounts;

/// <summary>
/// Something happened to the ways into an account: its owner is told by mail and finds it in the settings. In the outbox, written in the
/// transaction that did it.
/// </summary>
/// <param name="Kind">One of <see cref="SecurityKinds"/>.</param>
/// <param name="Device">Browser and system of whoever did it, for showing; null if nobody's browser did.</param>
/// <param name="Ip">Their address.</param>
public sealed record SecurityNotice(
    Guid AccountId,
    string Kind,
    DateTimeOffset At,
    string? Device,
    string? Ip
);

/// <summary>What <see cref="SecurityNotice.Kind"/> may be; each has its words in NoticeText.</summary>
public static class SecurityKinds
{
    public const string NewDevice = "new_device";
    public const string PasswordChanged = "password_changed";
    public const string PasswordReset = "password_reset";
    public const string EmailProven = "email_proven";
    public const string EmailChanged = "email_changed";
    public const string WayAdded = "way_added";
    public const string WayRemoved = "way_removed";
    public const string AuthenticatorOn = "authenticator_on";
    public const string AuthenticatorOff = "authenticator_off";
    public const string PasskeyAdded = "passkey_added";
    public const string PasskeyRemoved = "passkey_removed";
    public const string RecoveryCodesMade = "recovery_codes_made";
    public const string RecoveryCodeUsed = "recovery_code_used";
    public const string SessionLimit = "session_limit";
    public const string TokenReused = "token_reused";
    public const string SuspiciousSession = "suspicious_session";
}
