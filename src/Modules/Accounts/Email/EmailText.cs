namespace NetRoom.Accounts.Email;

/// <summary>Names the texts of addresses, passwords and their letters (EmailText.resx, EmailText.ru.resx) for IStringLocalizer.</summary>
public sealed class EmailText;
