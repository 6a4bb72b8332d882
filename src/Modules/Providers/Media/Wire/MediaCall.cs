using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Media.Wire;

/// <summary>An answer that came whole.</summary>
internal sealed record MediaAnswer(
    int Status,
    string? MediaType,
    HttpResponseHeaders Headers,
    byte[] Body
)
{
    public string? Header(string name) =>
        Headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

/// <summary>The exchanges that media adapters have with a provider: JSON or a form goes out, something whole comes back.</summary>
internal sealed class MediaCall(MediaRoute route)
{
    private const int Piece = 64 * 1024;

    public ProviderTarget Target => route.Target;

    public ILogger Logger => route.Logger;

    /// <summary>Takes our key and what the person wrote out of the provider's messages.</summary>
    public Redaction Redaction(params IEnumerable<string?> secrets) =>
        new(
            Target.Key,
            [.. secrets.OfType<string>().Select(text => new ChatMessage(ChatRole.User, text))],
            null
        );

    /// <param name="path">After the base address, or a whole address that the provider gave.</param>
    public HttpRequestMessage Get(string path) => new(HttpMethod.Get, Address(path));

    public HttpRequestMessage Delete(string path) => new(HttpMethod.Delete, Address(path));

    public HttpRequestMessage Post(string path, HttpContent? content = null) =>
        new(HttpMethod.Post, Address(path)) { Content = content };

    public HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Post(path, content);
    }

    public async Task<MediaAnswer> SendAsync(
        HttpRequestMessage request,
        Redaction redaction,
        CancellationToken cancellation
    )
    {
        using (request)
        using (var call = new ProviderCall(route.Http, Target, route.Time, cancellation))
        {
            await call.OpenAsync(request, redaction);
            using var body = new MemoryStream();
            var buffer = new byte[Piece];
            while (await call.ReadBytesAsync(buffer) is > 0 and var count)
            {
                if (body.Length + count > Target.MaxEventBytes)
                    throw new ProviderException(
                        ProviderErrorKind.Cut,
                        $"{Target.ProviderId} answered with more than {Target.MaxEventBytes} bytes."
                    );
                body.Write(buffer, 0, count);
            }
            var response = call.Response!;
            return new MediaAnswer(
                (int)response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                response.Headers,
                body.ToArray()
            );
        }
    }

    /// <summary>The answer as JSON; an error object under a status of success is an error too.</summary>
    public async Task<JsonElement> SendForJsonAsync(
        HttpRequestMessage request,
        Redaction redaction,
        CancellationToken cancellation
    )
    {
        var answer = await SendAsync(request, redaction, cancellation);
        var root = Json(answer, redaction);
        if (root.Look("error").ValueKind is JsonValueKind.Object)
            throw Failure(answer.Body, redaction);
        return root;
    }

    /// <summary>The data of each event, or the whole answer when it is one JSON document; throws what an event says of failure.</summary>
    public async IAsyncEnumerable<JsonElement> SendForEventsAsync(
        HttpRequestMessage request,
        Redaction redaction,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using (request)
        using (var call = new ProviderCall(route.Http, Target, route.Time, cancellation))
        {
            await call.OpenAsync(request, redaction);
            while (await call.NextAsync())
            {
                if (call.Data.StartsWith("[DONE]"u8))
                    yield break;
                yield return Event(call, redaction);
            }
            if (call.Broken is { } broken)
                throw broken;
        }
    }

    /// <summary>The answer's bytes as they come.</summary>
    public async IAsyncEnumerable<(
        string? MediaType,
        ReadOnlyMemory<byte> Bytes
    )> SendForBytesAsync(
        HttpRequestMessage request,
        Redaction redaction,
        Action<HttpResponseMessage>? opened,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using (request)
        using (var call = new ProviderCall(route.Http, Target, route.Time, cancellation))
        {
            await call.OpenAsync(request, redaction);
            opened?.Invoke(call.Response!);
            var type = call.Response!.Content.Headers.ContentType?.MediaType;
            var buffer = new byte[Piece];
            while (await call.ReadBytesAsync(buffer) is > 0 and var count)
                yield return (type, buffer.AsMemory(0, count).ToArray());
        }
    }

    private JsonElement Event(ProviderCall call, Redaction redaction)
    {
        try
        {
            var reader = new Utf8JsonReader(call.Data);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (call.IsError || root.Look("error").ValueKind is JsonValueKind.Object)
                throw Failure(call.Data, redaction);
            return root.Clone();
        }
        catch (JsonException)
        {
            throw Failure(call.Data, redaction);
        }
    }

    public JsonElement Json(MediaAnswer answer, Redaction redaction)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw Failure(answer.Body, redaction);
        }
    }

    /// <summary>What an error under a status of success says.</summary>
    public ProviderException Failure(ReadOnlySpan<byte> body, Redaction redaction) =>
        ProviderErrors.From(Target.ProviderId, ErrorBody.Read(body), redaction);

    public ProviderException Failure(ProviderErrorKind kind, string what) =>
        new(kind, $"{Target.ProviderId} {what}");

    /// <summary>
    /// True if an address in an answer is the provider's own: the same host or, with TLS, another of the same domain
    /// ("api.eu.bfl.ai" for "api.bfl.ai"). No other may see our key.
    /// </summary>
    public bool IsTrustedWithKey(string url)
    {
        var home = new Uri(Target.BaseUrl);
        if (JobAnswers.Address(url) is not { } address)
            return false;
        if (address.Authority == home.Authority && address.Scheme == home.Scheme)
            return true;
        const string api = "api.";
        return address.Scheme == Uri.UriSchemeHttps
            && home.Host.StartsWith(api, StringComparison.OrdinalIgnoreCase)
            && address.Host.EndsWith(
                "." + home.Host[api.Length..],
                StringComparison.OrdinalIgnoreCase
            );
    }

    private Uri Address(string path) =>
        path.StartsWith("http", StringComparison.Ordinal)
            ? new Uri(path)
            : new Uri(Target.BaseUrl + path);
}

internal static class Credentials
{
    public static HttpRequestMessage With(
        this HttpRequestMessage request,
        string header,
        string? value
    )
    {
        if (value is not null)
            request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }

    public static HttpRequestMessage WithBearer(this HttpRequestMessage request, string? key) =>
        request.With("Authorization", key is null ? null : $"Bearer {key}");
}
