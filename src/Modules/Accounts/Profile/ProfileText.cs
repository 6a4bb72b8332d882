namespace NetRoom.Accounts.Profile;

/// <summary>Names the texts of the profile and of privacy (ProfileText.resx, ProfileText.ru.resx) for IStringLocalizer.</summary>
public sealed class ProfileText;
