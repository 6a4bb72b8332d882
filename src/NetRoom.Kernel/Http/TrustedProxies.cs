using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using IPNetwork = System.Net.IPNetwork;

namespace NetRoom.Kernel.Http;

/// <summary>
/// Who may say on whose behalf it asks. "Proxies:Networks" lists networks ("10.0.0.0/8") or addresses of our own proxies, separated by commas; their
/// X-Forwarded-For and X-Forwarded-Proto are believed, from the right, as far as each hop is one of them. Nobody is trusted by
/// default, not even this machine, so a client cannot choose its address (ASVS 4.1.3, 15.3.4).
/// </summary>
internal static class TrustedProxies
{
    public const string Setting = "Proxies:Networks";

    public static IServiceCollection AddTrustedProxies(this IServiceCollection services)
    {
        services
            .AddOptions<ForwardedHeadersOptions>()
            .Configure<IConfiguration>(
                (options, configuration) =>
                {
                    options.KnownProxies.Clear();
                    options.KnownIPNetworks.Clear();
                    foreach (var network in Networks(configuration[Setting]))
                        options.KnownIPNetworks.Add(network);
                    options.ForwardLimit = null;
                    // With nobody to trust the framework would trust everybody.
                    options.ForwardedHeaders =
                        options.KnownIPNetworks.Count > 0
                            ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
                            : ForwardedHeaders.None;
                }
            );
        return services;
    }

    /// <exception cref="FormatException">Something in the list is neither a network nor an address.</exception>
    private static IEnumerable<IPNetwork> Networks(string? list) =>
        (list ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item =>
                IPNetwork.TryParse(item, out var network) ? network
                : IPAddress.TryParse(item, out var address)
                    ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : throw new FormatException($"{Setting}: \"{item}\" is no network and no address.")
            );
}
