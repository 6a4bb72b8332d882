using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace NetRoom.Kernel.Http;

/// <summary>
/// Compresses pages and their parts, nothing else: static files are compressed at the build, events must leave at once. A page that
/// another site asked for goes as it is: a stranger's words in its address beside our reader's in its body are what BREACH guesses
/// with (CVE-2013-3587). Form tokens differ in every answer.
/// </summary>
internal sealed class PageCompression(
    IServiceProvider services,
    IOptions<ResponseCompressionOptions> options
) : ResponseCompressionProvider(services, options), IResponseCompressionProvider
{
    bool IResponseCompressionProvider.CheckRequestAcceptsCompression(HttpContext context) =>
        IsOurReaders(context.Request) && CheckRequestAcceptsCompression(context);

    /// <summary>A browser too old to say is taken for a stranger's as soon as it has a cookie.</summary>
    private static bool IsOurReaders(HttpRequest request) =>
        request.Headers.TryGetValue("Sec-Fetch-Site", out var site)
            ? site == "same-origin" || site == "none"
            : request.Headers.Cookie.Count == 0;
}

internal static class PageCompressionSetup
{
    public static void AddPageCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        // Level 4: a tenth of the bytes for a millisecond; 11, for files, would take a hundred.
        services.Configure<BrotliCompressionProviderOptions>(options =>
            options.Level = CompressionLevel.Optimal
        );
        services.Replace(
            ServiceDescriptor.Singleton<IResponseCompressionProvider, PageCompression>()
        );
    }
}
