namespace NetRoom.Billing;

/// <summary>Names the module's texts (BillingText.resx, BillingText.ru.resx) for IStringLocalizer.</summary>
public sealed class BillingText;
