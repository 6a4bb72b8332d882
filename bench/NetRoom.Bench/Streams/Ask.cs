using System.Diagnostics;
using System.Text;
using System.Text.Json;
using NetRoom.Bench.Site;

namespace NetRoom.Bench.Streams;

/// <summary>One answer as a reader saw it. Times are milliseconds from the sending of the question.</summary>
/// <param name="Sent">The question was answered with a place to read from; direct, the headers came.</param>
/// <param name="Answer">The answer's id; empty for a direct call.</param>
/// <param name="FirstAt">When the first words came, by the wall clock that the database shares.</param>
internal readonly record struct Seen(
    double Sent,
    double First,
    double Whole,
    Guid Answer,
    DateTimeOffset FirstAt
);

/// <summary>The two ways to the same words: from the sandbox itself, and through NetRoom.</summary>
internal static class Ask
{
    public const string Model = "sandbox-pace";
    private const string WireModel = "gpt-sandbox-pace";

    public static async Task<Seen> DirectAsync(
        LiveSite site,
        string prompt,
        CancellationToken cancel
    )
    {
        var watch = Stopwatch.StartNew();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(site.SandboxAddress, "/openai/v1/chat/completions")
        )
        {
            Content = new ByteArrayContent(
                JsonSerializer.SerializeToUtf8Bytes(
                    new
                    {
                        model = WireModel,
                        stream = true,
                        stream_options = new { include_usage = true },
                        messages = new[] { new { role = "user", content = prompt } },
                    }
                )
            )
            {
                Headers = { { "Content-Type", "application/json" } },
            },
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer sandbox-key");
        using var response = await Wire.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancel
        );
        response.EnsureSuccessStatusCode();
        var sent = watch.Elapsed.TotalMilliseconds;
        var (first, at) = await ReadAsync(response, watch, IsWord, cancel);
        return new Seen(sent, first, watch.Elapsed.TotalMilliseconds, Guid.Empty, at);
    }

    public static async Task<Seen> ThroughAsync(Person person, string prompt)
    {
        var watch = Stopwatch.StartNew();
        var source = await person.SendAsync(Model, prompt);
        var sent = watch.Elapsed.TotalMilliseconds;
        using var response = await person.GetAsync(source, "text/event-stream");
        response.EnsureSuccessStatusCode();
        var (first, at) = await ReadAsync(response, watch, IsBlock, CancellationToken.None);
        return new Seen(
            sent,
            first,
            watch.Elapsed.TotalMilliseconds,
            Guid.Parse(source.Split('/')[^2]),
            at
        );
    }

    /// <summary>Reads to the end and says when the first line that counts came.</summary>
    private static async Task<(double First, DateTimeOffset At)> ReadAsync(
        HttpResponseMessage response,
        Stopwatch watch,
        Func<string, bool> counts,
        CancellationToken cancel
    )
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        using var lines = new StreamReader(body, Encoding.UTF8);
        var first = double.NaN;
        DateTimeOffset at = default;
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            if (!double.IsNaN(first) || !counts(line))
                continue;
            first = watch.Elapsed.TotalMilliseconds;
            at = TimeProvider.System.GetUtcNow();
            // From here on only the end matters: no lines, no cost on our side.
            await body.CopyToAsync(Stream.Null, cancel);
            break;
        }

        return double.IsNaN(first)
            ? throw new InvalidOperationException("An answer without words.")
            : (first, at);
    }

    private static bool IsWord(string line)
    {
        const string content = "\"content\":\"";
        var at = line.IndexOf(content, StringComparison.Ordinal);
        return at > 0 && line[at + content.Length] != '"';
    }

    /// <summary>A short answer may be over before we ask: then its words come with the end.</summary>
    private static bool IsBlock(string line) => line is "event: block" or "event: done";
}
