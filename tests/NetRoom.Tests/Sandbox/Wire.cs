using System.Text.Json;

namespace NetRoom.Tests.Sandbox;

/// <summary>The least that is needed to look into a clean stream of events.</summary>
internal static class Wire
{
    /// <summary>Name and data of every event, in order; the name is empty where there is none.</summary>
    public static async Task<List<(string Name, string Data)>> EventsAsync(
        this HttpResponseMessage response
    )
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream");
        var text = await response.Content.ReadAsStringAsync();
        var events = new List<(string, string)>();
        foreach (var block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n');
            var name = lines.FirstOrDefault(line =>
                line.StartsWith("event: ", StringComparison.Ordinal)
            );
            var data = lines
                .Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
                .Select(line => line[6..]);
            events.Add((name?[7..] ?? "", string.Join('\n', data)));
        }
        return events;
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    public static JsonElement Json(this (string Name, string Data) happening)
    {
        using var document = JsonDocument.Parse(happening.Data);
        return document.RootElement.Clone();
    }

    /// <summary>The value at a path such as <c>choices.0.delta.content</c>.</summary>
    public static JsonElement At(this JsonElement element, string path) =>
        path.Split('.')
            .Aggregate(
                element,
                (value, name) =>
                    int.TryParse(name, out var index) ? value[index] : value.GetProperty(name)
            );

    public static bool Has(this JsonElement element, string name) =>
        element.TryGetProperty(name, out _);

    /// <summary>The joined text of one delta field over a whole OpenAI stream.</summary>
    public static string Joined(
        this IEnumerable<(string Name, string Data)> events,
        string field
    ) =>
        string.Concat(
            events
                .Where(one => one.Data != "[DONE]")
                .Select(one => one.Json())
                .Where(chunk => chunk.GetProperty("choices").GetArrayLength() > 0)
                .Select(chunk => chunk.At("choices.0.delta"))
                .Select(delta => delta.TryGetProperty(field, out var text) ? text.GetString() : "")
        );
}
