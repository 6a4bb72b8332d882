using System.Text.Json;

namespace NetRoom.Sandbox.Media;

/// <summary>An answer as server-sent events, each an object in JSON.</summary>
internal sealed class MediaEvents(IReadOnlyList<(string? Name, object Data)> events, bool hasDone)
    : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        foreach (var (name, data) in events)
        {
            if (name is not null)
                await response.WriteAsync($"event: {name}\n", httpContext.RequestAborted);
            var json = JsonSerializer.Serialize(data, SnakeCase.Options);
            await response.WriteAsync($"data: {json}\n\n", httpContext.RequestAborted);
            await response.Body.FlushAsync(httpContext.RequestAborted);
        }
        if (hasDone)
            await response.WriteAsync("data: [DONE]\n\n", httpContext.RequestAborted);
    }
}
