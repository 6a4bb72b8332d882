using System.Text.Json;

namespace NetRoom.Sandbox;

/// <summary>JSON with the names both providers use.</summary>
internal static class SnakeCase
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };
}
