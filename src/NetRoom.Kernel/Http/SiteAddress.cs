using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace NetRoom.Kernel.Http;

/// <summary>
/// The public address of the service, "Site:Address", for links that leave it (letters). The Host header of a request is no source:
/// whoever asks for a letter would choose where its link leads. In Development it defaults to where the server listens.
/// </summary>
public sealed class SiteAddress(
    IConfiguration configuration,
    IHostEnvironment environment,
    IServiceProvider services
)
{
    private const string Setting = "Site:Address";

    private readonly string? configured = Configured(configuration);

    /// <param name="path">"/reset?code=…": begins with one slash.</param>
    /// <returns>"https://netroom.example/reset?code=…"</returns>
    /// <exception cref="InvalidOperationException">Site:Address is not set, and this is not Development.</exception>
    public Uri Url(string path)
    {
        if (path is not ['/', ..])
            throw new ArgumentException("A path begins with a slash.", nameof(path));
        return new Uri((configured ?? Listening()) + path);
    }

    private string Listening() =>
        environment.IsDevelopment()
        && services
            .GetService<IServer>()
            ?.Features.Get<IServerAddressesFeature>()
            ?.Addresses.FirstOrDefault()
            is { } address
            ? Reachable(address)
            : throw new InvalidOperationException(
                $"{Setting} is not set; links in letters begin with it, such as https://netroom.example."
            );

    /// <summary>"http://0.0.0.0:5300" is no address to go to, and cookies of 127.0.0.1 are not those of localhost.</summary>
    private static string Reachable(string address)
    {
        var binding = Microsoft.AspNetCore.Http.BindingAddress.Parse(address);
        var host = binding.Host is "+" or "*" or "0.0.0.0" or "[::]" or "127.0.0.1" or "[::1]"
            ? "localhost"
            : binding.Host;
        return $"{binding.Scheme}://{host}:{binding.Port}";
    }

    /// <summary>Without a slash at its end; null if it is not set.</summary>
    internal static string? Configured(IConfiguration configuration)
    {
        var address = configuration[Setting]?.TrimEnd('/');
        if (string.IsNullOrWhiteSpace(address))
            return null;
        return
            Uri.TryCreate(address, UriKind.Absolute, out var url)
            && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
            ? address
            : throw new InvalidOperationException(
                $"{Setting} is \"{address}\"; it must be an address like https://netroom.example."
            );
    }
}
