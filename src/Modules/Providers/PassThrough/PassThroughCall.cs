using System.Buffers;
using System.Net.Http.Headers;
using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers.Errors;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.Routing;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.PassThrough;

/// <summary>
/// One exchange whose bytes go to the caller as they come. What the provider says of usage is read on the way; what it says of errors
/// stays here. The end of an answer is held back until the caller has a price to tell.
/// </summary>
public sealed class PassThroughCall : IDisposable
{
    private static ReadOnlySpan<byte> White => "\uFEFF \t\r\n"u8;

    private readonly HttpClient http;
    private readonly Router router;
    private readonly RoutePlan plan;
    private readonly PassThroughRequest request;
    private readonly EventFrames frames;
    private readonly HeldFrames held;
    private readonly byte[] model;
    private Attempt attempt;
    private WireTap tap = null!;
    private ProviderCall? call;
    private bool ended;

    internal PassThroughCall(
        HttpClient http,
        Router router,
        RoutePlan plan,
        ModelInfo model,
        PassThroughRequest request
    )
    {
        (this.http, this.router, this.plan, this.request) = (http, router, plan, request);
        this.model = RequestBody.Json(model.Id);
        attempt = plan.First();
        frames = new EventFrames(attempt.Route.Target.MaxEventBytes);
        held = new HeldFrames(this.model);
    }

    /// <summary>What has come so far.</summary>
    public AnswerReading Seen { get; } = new();

    /// <summary>Set when the answer broke off or the provider failed in the middle of it.</summary>
    public ProviderException? Failure { get; private set; }

    /// <summary>
    /// Sends the request, again or another way where that is safe, and of a whole answer waits for its last byte. A stream has
    /// begun when this returns.
    /// </summary>
    /// <exception cref="ProviderException">The provider refused, could not be reached, or failed before the answer began.</exception>
    public async Task OpenAsync(CancellationToken cancel)
    {
        while (true)
        {
            var failure = await router.TryAsync(
                attempt.Route,
                static (self, token) => self.SendAsync(token),
                this,
                cancel
            );
            if (failure is null)
                return;
            attempt = router.After(plan, attempt.Route, failure) ?? throw failure;
            Failure = null;
            Seen.Forget();
            await Task.Delay(attempt.Wait, router.Time, cancel);
        }
    }

    private async ValueTask SendAsync(CancellationToken cancel)
    {
        // A whole answer comes after the last token was written: its silence is work.
        var target = request.Stream
            ? attempt.Route.Target
            : attempt.Route.Target with
            {
                IdleTimeout = attempt.Route.Target.TotalTimeout,
            };
        var redaction = new Redaction(target.Key, Words(request.Body), null);
        var dialect = OpenAiDialect.Of(target.Dialect);
        tap = request.Protocol switch
        {
            WireProtocol.ChatCompletions => new ChatTap(target.ProviderId, dialect, redaction)
            {
                Seen = Seen,
            },
            WireProtocol.Responses => new ResponsesTap(target.ProviderId, dialect, redaction)
            {
                Seen = Seen,
            },
            _ => new MessagesTap(target.ProviderId, redaction) { Seen = Seen },
        };
        frames.Clear();
        call?.Dispose();
        call = new ProviderCall(http, target, router.Time, cancel);
        using var message = Message(
            target,
            RequestBody.Write(request, attempt.Route.Model.WireName, dialect)
        );
        await call.OpenAsync(message, redaction);
        if (!request.Stream)
            await ReadWholeAsync();
        else if (await IsDocumentAsync())
            throw await DocumentAsync();
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
            $"{attempt.Route.Target.ProviderId} sent a whole answer instead of a stream."
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

    private HttpRequestMessage Message(ProviderTarget target, ArrayBufferWriter<byte> body)
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
        {
            message.Headers.TryAddWithoutValidation(
                "anthropic-version",
                request.Version ?? target.Options.ApiVersion
            );
            if (target.Options.AllowedBetas(request.Betas) is { } betas)
                message.Headers.TryAddWithoutValidation("anthropic-beta", betas);
        }
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
}
