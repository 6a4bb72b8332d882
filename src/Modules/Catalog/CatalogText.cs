namespace NetRoom.Catalog;

/// <summary>Names the catalogue's texts (CatalogText.resx, CatalogText.ru.resx) for IStringLocalizer.</summary>
public sealed class CatalogText;
