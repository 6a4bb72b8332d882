using System.ComponentModel.DataAnnotations;

namespace NetRoom.Api;

/// <summary>Section "Api".</summary>
internal sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Where programs reach this service ("https://netroom.example"), for the examples; null: where the page was asked for.</summary>
    [Url]
    public string? Address { get; set; }
}
