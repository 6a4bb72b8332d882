using System.Net;
using System.Net.Sockets;

namespace NetRoom.Kernel.Http;

/// <summary>Whether an address is of the public internet (IANA's registries of special-purpose addresses).</summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] SpecialV4 =
    [
        .. Networks(
            "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24",
            "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
            // Looks public, and is how a virtual machine at Azure asks its host.
            "168.63.129.16/32"
        ),
    ];

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    /// <summary>Teredo and its like, documentation, and 6to4, which wraps any IPv4 address.</summary>
    private static readonly IPNetwork[] SpecialV6 =
    [
        .. Networks("2001::/23 2001:db8::/32 2002::/16 3fff::/20"),
    ];

    /// <summary>NAT64: behind it is the IPv4 address in its last four bytes.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(SpecialV4, network => network.Contains(address));
        if (Nat64.Contains(address))
            return Is(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        return GlobalV6.Contains(address)
            && !Array.Exists(SpecialV6, network => network.Contains(address));
    }

    private static IEnumerable<IPNetwork> Networks(params string[] lines) =>
        lines.SelectMany(line => line.Split(' ')).Select(network => IPNetwork.Parse(network));
}
