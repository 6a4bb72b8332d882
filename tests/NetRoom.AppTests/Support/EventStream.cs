using System.Text;
using System.Text.Json;

namespace NetRoom.AppTests.Support;

/// <summary>An event of an answer's stream. <paramref name="Id"/> is the last one seen, as a browser would report it.</summary>
public sealed record StreamEvent(string Name, JsonElement Data, string? Id);

/// <summary>Reads server-sent events as EventSource does.</summary>
public sealed class EventStream(HttpResponseMessage response) : IAsyncDisposable
{
    public HttpResponseMessage Response { get; } = response;

    public async IAsyncEnumerable<StreamEvent> ReadAsync()
    {
        await using var stream = await Response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (name, data, id) = ("message", new StringBuilder(), (string?)null);
        while (await LineAsync(reader) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                    yield return new StreamEvent(name, JsonElement.Parse(data.ToString()), id);
                name = "message";
                data.Clear();
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].TrimStart(' ');
            switch (line[..Math.Max(colon, 0)])
            {
                case "event":
                    name = value;
                    break;
                case "data":
                    data.Append(value);
                    break;
                case "id":
                    id = value;
                    break;
            }
        }
    }

    /// <summary>The site says something every 15 seconds; silence for longer is a fault.</summary>
    private static async Task<string?> LineAsync(StreamReader reader)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        return await reader.ReadLineAsync(patience.Token);
    }

    public ValueTask DisposeAsync()
    {
        Response.Dispose();
        return ValueTask.CompletedTask;
    }
}
