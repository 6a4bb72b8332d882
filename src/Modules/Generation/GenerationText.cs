namespace NetRoom.Generation;

/// <summary>Names the module's texts (GenerationText.resx, GenerationText.ru.resx) for IStringLocalizer.</summary>
public sealed class GenerationText;
