using NetRoom.Providers.Errors;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Media.Wire;

/// <summary>
/// Fetches a finished file: from the provider's own host or the one that its answer names, by at most three redirects that
/// stay there. Our key goes to the provider's own host alone, and only where the protocol wants it.
/// </summary>
/// <param name="sign">Adds the key; null where the addresses carry their own signature.</param>
internal sealed class ResultDownload(
    MediaRoute route,
    Func<HttpRequestMessage, HttpRequestMessage>? sign = null
)
{
    private const int MostRedirects = 3;
    private const int Piece = 64 * 1024;
    private readonly Uri home = new(route.Target.BaseUrl);

    public async Task<string> SaveAsync(
        JobResult result,
        Stream into,
        DownloadRule rule,
        CancellationToken cancellation
    )
    {
        if (result.Content is { } content)
        {
            var type = Type(content.MediaType, content.Data.Span, rule);
            if (content.Data.Length > rule.MaxBytes)
                throw TooLarge(rule);
            await into.WriteAsync(content.Data, cancellation);
            return type;
        }
        var address = result.Address ?? throw Wrong("named no file");
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var isHome = IsHome(address);
            if (address.Scheme != Uri.UriSchemeHttps && !isHome && !IsTrusted(address))
                throw Wrong("named a file without TLS");
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (isHome && sign is not null)
                sign(request);
            using var call = new ProviderCall(
                isHome ? route.Http : route.Foreign,
                route.Target,
                route.Time,
                cancellation
            )
            {
                TakesRedirects = true,
            };
            await OpenAsync(call, request);
            if (call.Response!.IsSuccessStatusCode)
                return await CopyAsync(call, into, rule, cancellation);
            var next = call.Response.Headers.Location is { } location
                ? new Uri(address, location)
                : throw Wrong("redirected to nowhere");
            if (!IsHome(next) && !SameOrigin(next, address))
                throw Wrong("redirected to a host that it had not named");
            address = next;
        }
        throw Wrong($"redirected more than {MostRedirects} times");
    }

    private async Task OpenAsync(ProviderCall call, HttpRequestMessage request)
    {
        try
        {
            await call.OpenAsync(request, new Redaction(route.Target.Key, [], null));
        }
        // Stores of files say all three of an address whose time is over.
        catch (ProviderException error) when (error.HttpStatus is 403 or 404 or 410)
        {
            throw Wrong("no longer has the file: its address has expired");
        }
    }

    private async Task<string> CopyAsync(
        ProviderCall call,
        Stream into,
        DownloadRule rule,
        CancellationToken cancellation
    )
    {
        var headers = call.Response!.Content.Headers;
        if (headers.ContentLength > rule.MaxBytes)
            throw TooLarge(rule);
        var buffer = new byte[Piece];
        string? type = null;
        long total = 0;
        while (await call.ReadBytesAsync(buffer) is > 0 and var count)
        {
            total += count;
            if (total > rule.MaxBytes)
                throw TooLarge(rule);
            type ??= Type(headers.ContentType?.MediaType, buffer.AsSpan(0, count), rule);
            await into.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
        return type ?? throw Wrong("sent an empty file");
    }

    private string Type(string? said, ReadOnlySpan<byte> first, DownloadRule rule)
    {
        var type = MediaTypes.OfBytes(first) ?? said ?? MediaTypes.Unknown;
        return type.StartsWith(rule.Family + "/", StringComparison.OrdinalIgnoreCase)
            ? type
            : throw Wrong($"sent a file that is no {rule.Family}");
    }

    private bool IsHome(Uri address) => SameOrigin(address, home);

    // The guard of the connection lets no other private host through.
    private bool IsTrusted(Uri address) =>
        route.TrustedHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase);

    private static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme
        && one.Port == other.Port
        && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase);

    private ProviderException TooLarge(DownloadRule rule) =>
        new(
            ProviderErrorKind.TooLong,
            $"{route.Target.ProviderId} sent a file of more than {rule.MaxBytes} bytes."
        );

    private ProviderException Wrong(string what) =>
        new(ProviderErrorKind.NotFound, $"{route.Target.ProviderId} {what}.");
}
