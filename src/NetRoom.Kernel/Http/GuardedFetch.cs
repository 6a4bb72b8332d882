using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace NetRoom.Kernel.Http;

/// <summary>What may be fetched for a person, and how much of it.</summary>
/// <param name="ContentTypes">"image/png", or "image/*" for all of a kind. It is what the server says: look at the bytes too.</param>
/// <param name="MostBytes">Of the body, as it is sent: nothing is decompressed.</param>
/// <param name="Time">For all of it, redirects included.</param>
public sealed record FetchRules(
    IReadOnlyCollection<string> ContentTypes,
    int MostBytes,
    TimeSpan Time
);

/// <param name="ContentType">The media type alone, in lower case.</param>
public sealed record FetchedFile(byte[] Content, string ContentType);

/// <summary>
/// Fetches an address that a person named, without letting them reach into our network: http and https at their own ports, and only the
/// public internet. The address is checked when it is connected to, so a name that resolves to something else the second time gains
/// nothing. Redirects are followed by hand, each checked the same. No cookies, no credentials, no proxy.
/// </summary>
public sealed class GuardedFetch : IDisposable
{
    private const int MostRedirects = 3;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly Func<IPEndPoint, CancellationToken, Task<Stream>> connect;
    private readonly HttpMessageInvoker http;

    public GuardedFetch()
        : this(Dns.GetHostAddressesAsync, ConnectAsync) { }

    /// <summary>Tests bring a name service and a network of their own.</summary>
    internal GuardedFetch(
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        Func<IPEndPoint, CancellationToken, Task<Stream>> connect
    )
    {
        (this.resolve, this.connect) = (resolve, connect);
        http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = ConnectTime,
                MaxResponseHeadersLength = 32,
                ResponseDrainTimeout = TimeSpan.Zero,
                PooledConnectionLifetime = TimeSpan.FromMinutes(1),
                ConnectCallback = ConnectCheckedAsync,
            }
        );
    }

    /// <summary>
    /// Problems: kernel.fetch_address (not http or https, or not public, now or after a redirect), kernel.fetch_redirects,
    /// kernel.fetch_type (args: what it is), kernel.fetch_too_large (args: bytes allowed), kernel.fetch_time (args: seconds allowed),
    /// kernel.fetch_failed.
    /// </summary>
    public async Task<Outcome<FetchedFile>> GetAsync(
        Uri address,
        FetchRules rules,
        CancellationToken cancel
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(rules.Time);
        try
        {
            return await FollowAsync(address, rules, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Wrong("kernel.fetch_time", (int)rules.Time.TotalSeconds);
        }
        catch (HttpRequestException refused) when (refused.InnerException is NotPublicException)
        {
            return NotAllowed;
        }
        catch (Exception failure)
            when (failure is HttpRequestException or IOException or SocketException)
        {
            return Wrong("kernel.fetch_failed");
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<Outcome<FetchedFile>> FollowAsync(
        Uri address,
        FetchRules rules,
        CancellationToken cancel
    )
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            if (!MayBeAsked(address))
                return NotAllowed;
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("NetRoom", null));
            using var response = await http.SendAsync(request, cancel);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return await ReadAsync(response, rules, cancel);
            if (response.Headers.Location is not { } location)
                return Wrong("kernel.fetch_failed");
            address = new Uri(address, location);
        }

        return Wrong("kernel.fetch_redirects", MostRedirects);
    }

    private static async Task<Outcome<FetchedFile>> ReadAsync(
        HttpResponseMessage response,
        FetchRules rules,
        CancellationToken cancel
    )
    {
        if (!response.IsSuccessStatusCode)
            return Wrong("kernel.fetch_failed");
        var type = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";
        if (!rules.ContentTypes.Any(allowed => Fits(type, allowed)))
            return Wrong("kernel.fetch_type", type);
        var tooLarge = new Problem(ProblemKind.TooLarge, "kernel.fetch_too_large", rules.MostBytes);
        if (response.Content.Headers.ContentLength > rules.MostBytes)
            return tooLarge;

        using var content = new MemoryStream();
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[32 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0; )
        {
            if (content.Length + read > rules.MostBytes)
                return tooLarge;
            content.Write(buffer, 0, read);
        }

        return new FetchedFile(content.ToArray(), type);
    }

    private async ValueTask<Stream> ConnectCheckedAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancel
    )
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await resolve(host, cancel);
        // A name that has also a private address is up to something.
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, PublicAddress.Is))
            throw new NotPublicException();
        for (var at = 0; ; at++)
            try
            {
                return await connect(new IPEndPoint(addresses[at], port), cancel);
            }
            catch (SocketException) when (at + 1 < addresses.Length) { }
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancel)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        try
        {
            await socket.ConnectAsync(address, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool MayBeAsked(Uri address) =>
        address is { IsAbsoluteUri: true, Scheme: "http" or "https", IsDefaultPort: true }
        && address.UserInfo.Length == 0;

    private static bool Fits(string type, string allowed) =>
        allowed.EndsWith("/*", StringComparison.Ordinal)
            ? type.StartsWith(allowed[..^1], StringComparison.Ordinal)
            : type == allowed;

    private static Problem Wrong(string code, params object[] args) =>
        new(ProblemKind.Invalid, code, args);

    private static readonly Problem NotAllowed = new(ProblemKind.Invalid, "kernel.fetch_address");

    private sealed class NotPublicException : Exception;
}
