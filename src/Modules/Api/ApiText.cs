namespace NetRoom.Api;

/// <summary>Names the texts of this module (ApiText.resx, ApiText.ru.resx) for IStringLocalizer.</summary>
public sealed class ApiText;
