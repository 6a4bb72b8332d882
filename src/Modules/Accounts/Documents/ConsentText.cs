namespace NetRoom.Accounts.Documents;

/// <summary>Names the texts of documents and consents (ConsentText.resx, ConsentText.ru.resx) for IStringLocalizer.</summary>
public sealed class ConsentText;
