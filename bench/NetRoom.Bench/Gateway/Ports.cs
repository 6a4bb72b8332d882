using System.Net;
using System.Net.Sockets;
using NetRoom.Bench.Site;

namespace NetRoom.Bench.Gateway;

internal static class Ports
{
    public static Uri Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return Of(((IPEndPoint)listener.LocalEndpoint).Port);
    }

    public static Uri Of(int port) => new($"http://127.0.0.1:{port}/");

    public static async Task ReadyAsync(Child process, Uri address)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await Wire.Client.GetAsync(new Uri(address, "/health"));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (tries < 1_200 && !process.HasExited) { }

            await Task.Delay(50);
        }
    }
}
