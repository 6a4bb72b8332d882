using System.Net;
using System.Net.Sockets;

namespace NetRoom.Providers.Media.Wire;

/// <summary>Which addresses belong to the public internet: nobody may point us at our own network.</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] PrivateV4 =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        }.Select(IPNetwork.Parse),
    ];

    // All of IPv6 that is routed, and what in it leads to tunnels or nowhere.
    private static readonly IPNetwork RoutedV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] PrivateV6 =
    [
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("3fff::/20"),
    ];

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !PrivateV4.Any(network => network.Contains(address))
            : RoutedV6.Contains(address) && !PrivateV6.Any(network => network.Contains(address));
    }
}
