using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NetRoom.Kernel.Http;
using NetRoom.Providers.Settings;

namespace NetRoom.Providers.Media.Wire;

/// <summary>
/// The client for hosts that only a provider's answer names. The address is checked after resolution, at the moment of
/// connecting, so that a name cannot change its mind in between.
/// </summary>
internal static class ForeignHosts
{
    public const string HttpClientName = "NetRoom.Providers.Foreign";

    public static SocketsHttpHandler Handler(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ProvidersOptions>>().Value;
        var trusted = options.TrustedHostNames;
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would do the resolving, out of our sight.
            UseProxy = false,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (context, cancellation) =>
                ConnectAsync(context.DnsEndPoint, trusted, cancellation),
        };
    }

    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint host,
        string[] trusted,
        CancellationToken cancellation
    )
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Host, cancellation);
        if (!trusted.Contains(host.Host, StringComparer.OrdinalIgnoreCase))
            addresses = [.. addresses.Where(PublicAddress.Is)];
        if (addresses.Length == 0)
            throw new HttpRequestException("The host has no public address.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
