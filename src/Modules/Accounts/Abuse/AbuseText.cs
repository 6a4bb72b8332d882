namespace NetRoom.Accounts.Abuse;

/// <summary>Names the texts about second accounts (AbuseText.resx, AbuseText.ru.resx) for IStringLocalizer.</summary>
public sealed class AbuseText;
