namespace NetRoom.Accounts.Cookies;

/// <summary>Names the texts about cookies (CookieText.resx, CookieText.ru.resx) for IStringLocalizer.</summary>
public sealed class CookieText;
