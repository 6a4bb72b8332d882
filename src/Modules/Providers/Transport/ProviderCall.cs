using NetRoom.Providers.Errors;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Providers.Transport;

/// <summary>
/// One HTTP exchange: sends, keeps both clocks, gives out events. What it throws is <see cref="ProviderException"/> or the
/// caller's own cancellation.
/// </summary>
internal sealed class ProviderCall : IDisposable
{
    // Once the answer is complete only usage is still to come; a server that then goes silent has nothing more.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private const int ErrorBytes = 64 * 1024;

    private readonly HttpClient http;
    private readonly ProviderTarget target;
    private readonly TimeProvider time;
    private readonly CancellationToken caller;
    private readonly CancellationTokenSource total;
    private readonly CancellationTokenSource idle;
    private readonly CancellationTokenSource linked;
    private HttpResponseMessage? response;
    private SseReader? events;
    private Stream? body;
    private TimeSpan patience;
    private bool started;

    public ProviderCall(
        HttpClient http,
        ProviderTarget target,
        TimeProvider time,
        CancellationToken caller
    )
    {
        (this.http, this.target, this.time, this.caller) = (http, target, time, caller);
        patience = target.IdleTimeout;
        total = new CancellationTokenSource(target.TotalTimeout, time);
        idle = new CancellationTokenSource(patience, time);
        linked = CancellationTokenSource.CreateLinkedTokenSource(caller, total.Token, idle.Token);
    }

    /// <summary>The current event's JSON, valid until the next event.</summary>
    public ReadOnlySpan<byte> Data =>
        events is null ? default : events.Data.TrimStart("\uFEFF \t\r\n"u8);

    /// <summary>The event was named "error".</summary>
    public bool IsError => events?.IsError ?? false;

    /// <summary>The answer is one JSON document and not a stream, though a stream was asked for.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The answer's status and headers; null before it has come.</summary>
    public HttpResponseMessage? Response => response;

    /// <summary>A redirect is an answer and not a failure.</summary>
    public bool TakesRedirects { get; init; }

    /// <summary>Why the stream ended, when it was not by a clean end.</summary>
    public ProviderException? Broken { get; private set; }

    public async Task OpenAsync(HttpRequestMessage request, Redaction redaction)
    {
        try
        {
            response = await http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                linked.Token
            );
            idle.CancelAfter(Timeout.InfiniteTimeSpan);
            body = await response.Content.ReadAsStreamAsync(linked.Token);
            events = new SseReader(ReadAsync, target.MaxEventBytes);
        }
        catch (Exception error) when (error is not ProviderException)
        {
            throw Explain(error, ProviderErrorKind.Unreachable);
        }
        var isRedirect = TakesRedirects && (int)response.StatusCode is >= 300 and < 400;
        if (!response.IsSuccessStatusCode && !isRedirect)
            throw await RefusedAsync(response, redaction);
    }

    /// <summary>False when there is nothing more, be it by a clean end or by <see cref="Broken"/>.</summary>
    public async ValueTask<bool> NextAsync()
    {
        try
        {
            if (IsWhole)
                return false;
            if (!started)
            {
                started = true;
                IsWhole = await events!.PeekAsync() is (byte)'{' or (byte)'[';
                if (IsWhole)
                {
                    await events.ReadToEndAsync();
                    return true;
                }
            }
            return await events!.NextAsync();
        }
        catch (ProviderException error)
        {
            Broken = error;
        }
        catch (Exception error)
        {
            var explained = Explain(error, ProviderErrorKind.Cut);
            Broken = explained as ProviderException ?? throw explained;
        }
        return false;
    }

    /// <summary>Some bytes of an answer that is no stream of events; 0 at its end.</summary>
    public async ValueTask<int> ReadBytesAsync(Memory<byte> into)
    {
        try
        {
            return await ReadAsync(into);
        }
        catch (Exception error) when (error is not ProviderException)
        {
            throw Explain(error, ProviderErrorKind.Cut);
        }
    }

    /// <summary>Raw bytes instead of events; 0 when there is nothing more, be it by a clean end or by <see cref="Broken"/>.</summary>
    public async ValueTask<int> ReadAsync(EventFrames frames)
    {
        try
        {
            var count = await ReadAsync(frames.Space());
            frames.Filled(count);
            return count;
        }
        catch (ProviderException error)
        {
            Broken = error;
        }
        catch (Exception error)
        {
            var explained = Explain(error, ProviderErrorKind.Cut);
            Broken = explained as ProviderException ?? throw explained;
        }
        return 0;
    }

    /// <summary>The answer is complete; only usage may follow.</summary>
    public void ExpectEnd() => patience = patience < Grace ? patience : Grace;

    public void Dispose()
    {
        response?.Dispose();
        events?.Dispose();
        linked.Dispose();
        idle.Dispose();
        total.Dispose();
    }

    private async ValueTask<int> ReadAsync(Memory<byte> into)
    {
        // The clock runs only while we wait for bytes, not while our own reader is busy; a comment's bytes count too.
        idle.CancelAfter(patience);
        var count = await body!.ReadAsync(into, linked.Token);
        idle.CancelAfter(Timeout.InfiniteTimeSpan);
        return count;
    }

    private async Task<ProviderException> RefusedAsync(
        HttpResponseMessage refused,
        Redaction redaction
    )
    {
        var bytes = new byte[ErrorBytes];
        var length = 0;
        try
        {
            while (
                length < bytes.Length && await ReadAsync(bytes.AsMemory(length)) is > 0 and var read
            )
                length += read;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            // The status alone has to do.
        }
        catch (OperationCanceledException error) when (caller.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, caller);
        }
        catch (OperationCanceledException)
        {
            // So it has when the body never ends.
        }
        return ProviderErrors.From(
            target.ProviderId,
            ErrorBody.Read(bytes.AsSpan(0, length)),
            redaction,
            (int)refused.StatusCode,
            RetryHint.Read(refused.Headers, time),
            RetryHint.ShouldRetry(refused.Headers)
        );
    }

    private Exception Explain(Exception error, ProviderErrorKind otherwise)
    {
        if (caller.IsCancellationRequested)
            return new OperationCanceledException(error.Message, error, caller);
        if (total.IsCancellationRequested)
            return Failure(ProviderErrorKind.Timeout, $"took over {target.TotalTimeout}", error);
        if (idle.IsCancellationRequested)
            return Failure(ProviderErrorKind.Timeout, $"was silent for {patience}", error);
        var reason = error
            is HttpRequestException { HttpRequestError: var kind and not HttpRequestError.Unknown }
            ? kind.ToString()
            : error.GetType().Name;
        return Failure(
            otherwise,
            otherwise == ProviderErrorKind.Cut
                ? $"broke the connection ({reason})"
                : $"could not be reached ({reason})",
            error
        );
    }

    private ProviderException Failure(ProviderErrorKind kind, string what, Exception inner) =>
        new(kind, $"{target.ProviderId} {what}.", inner)
        {
            IsUnsent = inner switch
            {
                HttpRequestException { HttpRequestError: var error } => error
                    is HttpRequestError.NameResolutionError
                        or HttpRequestError.ConnectionError
                        or HttpRequestError.SecureConnectionError
                        or HttpRequestError.ProxyTunnelError,
                // The handler's own patience with a connection; ours are tokens.
                OperationCanceledException { InnerException: TimeoutException } => kind
                    == ProviderErrorKind.Unreachable,
                _ => false,
            },
        };
}
