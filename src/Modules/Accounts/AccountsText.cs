namespace NetRoom.Accounts;

/// <summary>Names the texts of this module (AccountsText.resx, AccountsText.ru.resx) for IStringLocalizer.</summary>
public sealed class AccountsText;
