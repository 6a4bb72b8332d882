namespace NetRoom.Accounts.WaysIn;

/// <summary>Names the texts of the ways in (WaysText.resx, WaysText.ru.resx) for IStringLocalizer.</summary>
public sealed class WaysText;
