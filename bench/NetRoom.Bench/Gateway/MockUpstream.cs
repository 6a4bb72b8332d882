using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace NetRoom.Bench.Gateway;

/// <summary>
/// A provider that costs next to nothing: chat completions of fixed bytes, whole or as 100 chunks, back to back or, when the prompt says
/// "gap=10", ten milliseconds apart. A process of its own: NetRoom.Bench mock --port n.
/// </summary>
internal static class MockUpstream
{
    public const int Chunks = 100;

    private static readonly byte[] Whole = Encoding.UTF8.GetBytes(
        """{"id":"chatcmpl-mock","object":"chat.completion","created":1790000000,"model":"mock-model","choices":[{"index":0,"message":{"role":"assistant","content":"The fjords of Norway were cut by ice, and the sea came after it.","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":16,"total_tokens":36,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}"""
    );

    private static readonly byte[] Delta = Event(
        """{"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1790000000,"model":"mock-model","choices":[{"index":0,"delta":{"content":" fjord"},"logprobs":null,"finish_reason":null}],"usage":null}"""
    );

    private static readonly byte[] Finish = Event(
        """{"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1790000000,"model":"mock-model","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"""
    );

    private static readonly byte[] Usage = Event(
        """{"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1790000000,"model":"mock-model","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":100,"total_tokens":120}}"""
    );

    private static readonly byte[] Done = Event("[DONE]");

    public static async Task RunAsync(Options options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{options.Number("port", 0)}");
        app.MapGet("/health", () => "");
        app.MapPost("/v1/chat/completions", AnswerAsync);
        await app.RunAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var asked = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (asked.Span.IndexOf("\"stream\":true"u8) < 0)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Whole.Length;
            await context.Response.Body.WriteAsync(Whole);
            return;
        }

        var gap = asked.Span.IndexOf("gap=10"u8) >= 0;
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        var writer = context.Response.BodyWriter;
        for (var chunk = 0; chunk < Chunks; chunk++)
        {
            await writer.WriteAsync(Delta);
            if (gap)
                await Task.Delay(10);
        }

        await writer.WriteAsync(Finish);
        await writer.WriteAsync(Usage);
        await writer.WriteAsync(Done);
    }

    private static byte[] Event(string data) => Encoding.UTF8.GetBytes($"data: {data}\n\n");
}
