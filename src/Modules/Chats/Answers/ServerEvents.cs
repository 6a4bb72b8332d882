using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace NetRoom.Chats.Answers;

/// <summary>Writes server-sent events, and a comment every 15 seconds so that no proxy thinks us dead.</summary>
internal sealed class ServerEvents(HttpResponse response, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    public async Task StartAsync(CancellationToken cancel)
    {
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.BodyWriter.Write("retry: 1000\n\n"u8);
        await response.BodyWriter.FlushAsync(cancel);
    }

    /// <summary>An event; it is sent with the next <see cref="MarkAsync"/> or at once if it is the last.</summary>
    public async Task WriteAsync(string name, object data, CancellationToken cancel)
    {
        var writer = response.BodyWriter;
        writer.Write(Encoding.UTF8.GetBytes($"event: {name}\n"));
        writer.Write("data: "u8);
        await using (
            var json = new Utf8JsonWriter(writer, new JsonWriterOptions { SkipValidation = true })
        )
            JsonSerializer.Serialize(json, data);
        writer.Write("\n\n"u8);
        if (name == "done")
            await writer.FlushAsync(cancel);
    }

    /// <summary>All up to this sequence number has been sent: a reader that comes back says so.</summary>
    public async Task MarkAsync(int seq, CancellationToken cancel)
    {
        response.BodyWriter.Write(
            Encoding.UTF8.GetBytes($"event: ping\nid: {seq}\ndata: {{}}\n\n")
        );
        await response.BodyWriter.FlushAsync(cancel);
    }

    public async Task WaitAsync(Task next, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await next.WaitAsync(Quiet, clock, cancel);
                return;
            }
            catch (TimeoutException)
            {
                response.BodyWriter.Write(": still here\n\n"u8);
                await response.BodyWriter.FlushAsync(cancel);
            }
        }
    }
}
