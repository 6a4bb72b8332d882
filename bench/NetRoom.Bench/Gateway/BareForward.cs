using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace NetRoom.Bench.Gateway;

/// <summary>What passing through costs at least: Kestrel, one HttpClient, bytes as they come, no key, no price, no database.</summary>
internal static class BareForward
{
    public static async Task RunAsync(Options options)
    {
        var upstream = new Uri(options.Text("upstream")! + "/chat/completions");
        using var client = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
            }
        );
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{options.Number("port", 0)}");
        app.MapGet("/health", () => "");
        app.MapPost(
            "/v1/chat/completions",
            async context =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, upstream)
                {
                    Content = new StreamContent(context.Request.Body),
                };
                request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
                request.Content.Headers.ContentLength = context.Request.ContentLength;
                using var answer = await client.SendAsync(request, context.RequestAborted);
                context.Response.StatusCode = (int)answer.StatusCode;
                context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
                context.Response.ContentLength = answer.Content.Headers.ContentLength;
                context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
                await using var body = await answer.Content.ReadAsStreamAsync(
                    context.RequestAborted
                );
                await body.CopyToAsync(context.Response.Body, context.RequestAborted);
            }
        );
        await app.RunAsync();
    }
}
