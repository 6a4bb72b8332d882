using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Configuration;
using NetRoom.Accounts;
using NetRoom.Accounts.Sessions;
using NetRoom.Api;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Chats;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Providers;

namespace NetRoom.Tests.Architecture;

/// <summary>The site as Program.cs maps it. It is never started.</summary>
public sealed class SiteMap : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("netroom-map-").FullName;
    private IAsyncDisposable kernel = null!;
    private WebApplication app = null!;

    internal IEnumerable<RouteEndpoint> Endpoints =>
        ((IEndpointRouteBuilder)app)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
                && endpoint.RoutePattern.RawText != "{**path:file}"
            );

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                ApplicationName = "NetRoom.Web",
                EnvironmentName = "Production",
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                // Nobody listens, and nobody asks.
                ["ConnectionStrings:NetRoom"] = "Host=127.0.0.1;Port=9",
                ["DATA_DIR"] = folder,
            }
        );
        kernel = await builder.AddKernelAsync();
        builder.AddCatalog();
        builder.AddAccounts();
        builder.AddProviders();
        builder.AddBilling();
        builder.AddGeneration();
        builder.AddChats();
        builder.AddApi();
        app = builder.Build();
        app.UseKernel();
        app.MapCatalog();
        app.MapAccounts();
        app.MapBilling();
        app.MapChats();
        app.MapApi();
    }

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        await kernel.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Every endpoint of the site: who may come, what may change something, and what asks again who is there.</summary>
public sealed class EndpointTests(SiteMap site) : IClassFixture<SiteMap>
{
    private static readonly string[] Verbs = ["GET", "POST"];

    [Fact]
    public void Each_says_who_may_come() =>
        Endpoints
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
                && !endpoint.Metadata.OfType<IAuthorizeData>().Any(one => one.Policy is not null)
            )
            .Select(Name)
            .ShouldBeEmpty();

    [Fact]
    public void Each_is_read_or_sent_and_nothing_else() =>
        Endpoints
            .Where(endpoint => VerbsOf(endpoint) is not [var verb] || !Verbs.Contains(verb))
            .Select(Name)
            // The second answers whatever is not of the API.
            .ShouldBe([" /health", " /v1/{**path}"]);

    [Fact]
    public void What_is_sent_from_a_page_carries_the_pages_token() =>
        Endpoints
            .Where(endpoint => VerbsOf(endpoint).Contains("POST") && !IsForPrograms(endpoint))
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>()
                    is not { RequiresValidation: true }
            )
            .Select(Name)
            .ShouldBeEmpty();

    [Fact]
    public void What_opens_or_closes_a_way_into_an_account_asks_again_who_is_there() =>
        Endpoints
            .Where(endpoint =>
                VerbsOf(endpoint).Contains("POST")
                && endpoint.Metadata.GetMetadata<RecentProof.Required>() is not null
            )
            .Select(endpoint => endpoint.RoutePattern.RawText)
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "/operator/people/{id:guid}/block",
                "/operator/people/{id:guid}/role",
                "/passkeys/creation",
                "/settings/email/change",
                "/settings/security/app",
                "/settings/security/app/begin",
                "/settings/security/app/remove",
                "/settings/security/codes",
                "/settings/security/passkeys",
                "/settings/security/passkeys/{id:guid}/remove",
                "/settings/security/passkeys/{id:guid}/rename",
                "/settings/sessions/end-others",
                "/settings/sessions/{id:guid}/end",
                "/settings/ways-in/password",
                "/settings/ways-in/{provider}/link",
                "/settings/ways-in/{provider}/unlink",
            ]);

    private IEnumerable<RouteEndpoint> Endpoints => site.Endpoints;

    /// <summary>They come with a key and take no cookies.</summary>
    private static bool IsForPrograms(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<AnyOrigin>() is not null;

    private static IReadOnlyList<string> VerbsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];

    private static string Name(RouteEndpoint endpoint) =>
        $"{string.Join(' ', VerbsOf(endpoint))} {endpoint.RoutePattern.RawText}";
}
