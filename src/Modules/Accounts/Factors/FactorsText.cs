namespace NetRoom.Accounts.Factors;

/// <summary>Names the texts of second factors (FactorsText.resx, FactorsText.ru.resx) for IStringLocalizer.</summary>
public sealed class FactorsText;
