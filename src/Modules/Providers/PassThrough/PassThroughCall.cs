using System.Buffers;
using System.Net.Http.Headers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NetRoom.Catalog;
using NetRoom.Providers.Errors;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.PassThrough;

/// <summary>
/// One exchange whose bytes go to the caller as they come. What the provider says of usage is read on the way; what it says of errors
/// stays here. The end of an answer is held back until the caller has a price to tell.
/// </summary>
public sealed partial class PassThroughCall : IDisposable
{
    private static ReadOnlySpan<byte> White => "\uFEFF \t\r\n"u8;

    private readonly HttpClient http;
    private readonly ProviderTarget target;
    private readonly PassThroughRequest request;
    private readonly RetryRule rule;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly OpenAiDialect dialect;
    private WireTap tap;
    private readonly Redaction redaction;
    private readonly EventFrames frames;
    private readonly HeldFrames held;
    private readonly byte[] model;
    private readonly ArrayBufferWriter<byte> body;
    private ProviderCall? call;
    private bool ended;

    internal PassThroughCall(
        HttpClient http,
        ProviderTarget target,
        ModelInfo model,
        PassThroughRequest request,
        RetryRule rule,
        TimeProvider time,
        ILogger logger
    )
    {
        (this.http, this.request, this.rule) = (http, request, rule);
        (this.time, this.logger) = (time, logger);
        // A whole answer comes after the last token was written: its silence is work.
        this.target = request.Stream ? target : target with { IdleTimeout = target.TotalTimeout };
        redaction = new Redaction(target.Key, Words(request.Body), null);
        dialect = OpenAiDialect.Of(target.Dialect);
        tap = Tap();
        this.model = RequestBody.Json(model.Id);
        frames = new EventFrames(target.MaxEventBytes);
        held = new HeldFrames(this.model);
        body = RequestBody.Write(request, model.WireName, dialect);
    }

    /// <summary>What has come so far, since <see cref="OpenAsync"/> returned.</summary>
    public AnswerReading Seen => tap.Seen;

    /// <summary>Set when the answer broke off or the provider failed in the middle of it.</summary>
    public ProviderException? Failure { get; private set; }

    /// <summary>
    /// Sends the request, again where that is safe, and of a whole answer waits for its last byte. A stream has begun when this returns.
    /// </summary>
    /// <exception cref="ProviderException">The provider refused, could not be reached, or failed before the answer began.</exception>
    public async Task OpenAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                call?.Dispose();
                frames.Clear();
                tap = Tap();
                call = new ProviderCall(http, target, time, cancel);
                using var message = Message();
                await call.OpenAsync(message, redaction);
                if (!request.Stream)
                    await ReadWholeAsync();
                else if (await IsDocumentAsync())
                    throw await DocumentAsync();
                return;
            }
            catch (ProviderException error) when (rule.Wait(error, attempt) is { } allowed)
            {
                wait = allowed;
                LogRetry(logger, target.ProviderId, error.Kind, error.HttpStatus, attempt, wait);
            }
            await Task.Delay(wait, time, cancel);
        }
    }

    /// <summary>
    /// Of a stream: writes what comes next, in whole events, and returns as soon as there is something to flush. False when the answer
    /// is over, be it by its end, which <see cref="WriteEnd"/> writes, or by <see cref="Failure"/>.
    /// </summary>
    public async ValueTask<bool> CopyAsync(IBufferWriter<byte> output)
    {
        while (!ended)
        {
            var wrote = false;
            while (!ended && frames.TryNext())
                wrote |= Take(output);
            if (wrote || ended)
                return true;
            var count = await call!.ReadAsync(frames);
            if (count > 0)
                continue;
            if (frames.TryLast())
                Take(output);
            ended = true;
            Failure ??= tap.Ending(call.Broken);
            return true;
        }
        return false;
    }

    /// <summary>The whole answer, with more members in its usage.</summary>
    /// <param name="members">As JSON, without braces; may be empty.</param>
    public void WriteWhole(IBufferWriter<byte> output, ReadOnlySpan<byte> members) =>
        Splice.Write(output, frames.Rest, tap.Model, model, tap.UsageEnd, members);

    /// <summary>The end of a stream, with more members in its usage.</summary>
    /// <param name="members">As JSON, without braces; may be empty.</param>
    /// <param name="usage">A usage object to tell where the provider told none, the members included.</param>
    public void WriteEnd(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> members,
        ReadOnlySpan<byte> usage
    )
    {
        if (request.Protocol != WireProtocol.ChatCompletions)
        {
            held.Write(output, members);
            return;
        }
        if (request.IncludeUsage && held.HasUsage)
            held.Write(output, members);
        else if (request.IncludeUsage)
            held.WriteUsage(output, ((ChatTap)tap).Id, ((ChatTap)tap).Created, usage);
        output.Write("data: [DONE]\n\n"u8);
    }

    public void Dispose()
    {
        call?.Dispose();
        frames.Dispose();
    }

    // Errors come as a document even where a stream was asked for, and under status 200 as well.
    private async Task<bool> IsDocumentAsync()
    {
        while (First() is null)
            if (await call!.ReadAsync(frames) == 0)
                return false;
        return First() is (byte)'{' or (byte)'[';
    }

    private byte? First() => frames.Rest.TrimStart(White) is [var first, ..] ? first : null;

    private async Task<ProviderException> DocumentAsync()
    {
        await ReadWholeAsync();
        return new(
            ProviderErrorKind.Cut,
            $"{target.ProviderId} sent a whole answer instead of a stream."
        );
    }

    private async Task ReadWholeAsync()
    {
        while (await call!.ReadAsync(frames) > 0) { }
        if (call.Broken is { } broken)
            throw broken;
        tap.Read(frames.Rest, isWhole: true, isError: false);
        if (tap.Failure is { } failure)
            throw failure;
    }

    private bool Take(IBufferWriter<byte> output)
    {
        var data = frames.Data;
        if (data.IsEmpty)
        {
            // A comment keeps the connection alive; what is none has no business in a stream of events.
            if (frames.Frame[0] != ':')
                return false;
            output.Write(frames.Frame);
            return true;
        }
        var wasFinished = tap.IsFinished;
        switch (tap.Read(data, isWhole: false, frames.IsError))
        {
            case FrameKind.Pass:
                held.Flush(output);
                Splice.Frame(output, frames, tap.Model, model);
                break;
            case FrameKind.Usage:
                held.Keep(frames, tap);
                return false;
            case FrameKind.Hold:
                held.Flush(output);
                held.Hold(frames, tap);
                break;
            case FrameKind.End:
                if (request.Protocol == WireProtocol.Messages)
                    held.Add(frames);
                ended = true;
                break;
            default:
                Failure = tap.Failure;
                ended = true;
                break;
        }
        if (tap.IsFinished && !wasFinished)
            call!.ExpectEnd();
        return true;
    }

    private WireTap Tap() =>
        request.Protocol switch
        {
            WireProtocol.ChatCompletions => new ChatTap(target.ProviderId, dialect, redaction),
            WireProtocol.Responses => new ResponsesTap(target.ProviderId, dialect, redaction),
            _ => new MessagesTap(target.ProviderId, redaction),
        };

    private HttpRequestMessage Message()
    {
        var isMessages = request.Protocol == WireProtocol.Messages;
        var root = target.BaseUrl;
        var address = request.Protocol switch
        {
            WireProtocol.ChatCompletions => root + "/chat/completions",
            WireProtocol.Responses => root + "/responses",
            // The base is written with and without the version in the wild.
            _ => root.EndsWith("/v1", StringComparison.Ordinal)
                ? root + "/messages"
                : root + "/v1/messages",
        };
        var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address))
        {
            Content = content,
        };
        message.Headers.TryAddWithoutValidation(
            "Accept",
            request.Stream ? "text/event-stream" : "application/json"
        );
        if (isMessages)
            message.Headers.TryAddWithoutValidation(
                "anthropic-version",
                request.Version ?? target.Options.ApiVersion
            );
        if (target.Key is { } key)
            message.Headers.TryAddWithoutValidation(
                isMessages ? "x-api-key" : "Authorization",
                isMessages ? key : "Bearer " + key
            );
        return message;
    }

    // Made into text only if an error has to be cleaned of it.
    private static IEnumerable<ChatMessage> Words(ReadOnlyMemory<byte> body)
    {
        yield return new ChatMessage(ChatRole.User, System.Text.Encoding.UTF8.GetString(body.Span));
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Provider} failed ({Kind}, status {Status}) on attempt {Attempt}; trying again in {Wait}"
    )]
    private static partial void LogRetry(
        ILogger logger,
        string provider,
        ProviderErrorKind kind,
        int? status,
        int attempt,
        TimeSpan wait
    );
}
