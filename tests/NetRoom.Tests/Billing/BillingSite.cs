using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing;

/// <summary>The pages of billing alone, over real HTTP. The account is named by a header; who is signed in is not tested here.</summary>
internal sealed class BillingSite(WebApplication app) : IAsyncDisposable
{
    private const string AccountHeader = "X-Account";
    private static readonly HtmlParser Html = new();

    public static async Task<BillingSite> StartAsync(TestDatabase database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var services = builder.Services;
        services.AddKernelData(database.ConnectionString);
        services.AddRazorComponents();
        services.AddLocalization();
        services.AddSingleton<ProblemSentences>();
        services.AddSingleton<StaticAssets>();
        services.AddProblemTexts<KernelText>("kernel");
        services.AddScoped<Frame>();
        services.AddHttpContextAccessor();
        services.AddAntiforgery();
        services.AddAuthorization(options =>
            options.AddPolicy(Policies.SignedIn, policy => policy.RequireAssertion(_ => true))
        );
        services.AddScoped<ICurrentAccount, HeaderAccount>();
        services.AddSingleton<IPersonSignals, NothingAgainstAnybody>();
        services.AddSingleton<ICatalog, OneModel>();
        builder.AddBilling();
        var app = builder.Build();
        app.UseRequestLocalization("en", "ru");
        app.UseRouting();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapBilling();
        await app.StartAsync();
        return new BillingSite(app);
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(
        Guid account,
        string path,
        string language = "en",
        bool fragment = false
    )
    {
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        using var handler = new SocketsHttpHandler();
#pragma warning disable RS0030 // A test's own client.
        using var client = new HttpClient(handler);
#pragma warning restore RS0030
        using var request = new HttpRequestMessage(HttpMethod.Get, address + path);
        request.Headers.Add(AccountHeader, account.ToString());
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", language);
        if (fragment)
            request.Headers.Add("HX-Request", "true");
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Opens a page and sends one of its forms as a browser without script would.</summary>
    /// <param name="form">A selector.</param>
    /// <param name="typed">Instead of what the form has.</param>
    /// <param name="times">So many at once: an impatient person.</param>
    public async Task<(HttpStatusCode Status, string Body)[]> SendAsync(
        Guid account,
        string path,
        string form,
        IReadOnlyDictionary<string, string>? typed = null,
        int times = 1,
        Guid? sender = null
    )
    {
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
#pragma warning disable RS0030 // A test's own client.
        using var client = new HttpClient(handler);
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        client.DefaultRequestHeaders.Add(AccountHeader, account.ToString());
        var page = await Html.ParseDocumentAsync(await client.GetStringAsync(address + path));
        var element = page.QuerySelector(form);
        element.ShouldNotBeNull($"{form} on {path}");
        var fields = element
            .QuerySelectorAll("input[name], button[name], select[name]")
            .Where(field =>
                field.GetAttribute("type") != "checkbox" || field.HasAttribute("checked")
            )
            .ToDictionary(
                field => field.GetAttribute("name")!,
                field =>
                    field is AngleSharp.Html.Dom.IHtmlSelectElement select
                        ? select.Value ?? ""
                        : field.GetAttribute("value") ?? ""
            );
        foreach (var (name, value) in typed ?? new Dictionary<string, string>())
            fields[name] = value;
        var to = element.GetAttribute("action") ?? path;
        if (sender is { } other)
        {
            client.DefaultRequestHeaders.Remove(AccountHeader);
            client.DefaultRequestHeaders.Add(AccountHeader, other.ToString());
        }

        return await Task.WhenAll(
            Enumerable
                .Range(0, times)
                .Select(async _ =>
                {
                    using var body = new FormUrlEncodedContent(fields);
                    using var answer = await client.PostAsync(new Uri(address + to), body);
                    return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
                })
        );
    }

    public async Task<IDocument> PageAsync(
        Guid account,
        string path,
        string language = "en",
        bool fragment = false
    )
    {
        var (status, body) = await GetAsync(account, path, language, fragment);
        status.ShouldBe(HttpStatusCode.OK, body);
        return await Html.ParseDocumentAsync(body);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class NothingAgainstAnybody : IPersonSignals
    {
        public Task SawAsync(
            Guid accountId,
            PersonSignal signal,
            string value,
            CancellationToken cancel
        ) => Task.CompletedTask;

        public Task<string?> WhyNoBonusAsync(Guid accountId, CancellationToken cancel) =>
            Task.FromResult<string?>(null);
    }

    private sealed class HeaderAccount(Microsoft.AspNetCore.Http.IHttpContextAccessor context)
        : ICurrentAccount
    {
        public bool IsSignedIn => true;
        public Guid Id => Guid.Parse(context.HttpContext!.Request.Headers[AccountHeader]!);
        public string Language => "en";
        public string Label => "person@example.test";
        public bool IsAdult => true;
        public bool IsOwner => false;
    }

    internal sealed class OneModel : ICatalog
    {
        public IReadOnlyList<ProviderInfo> Providers => [];
        public IReadOnlyList<ModelInfo> Models => [];

        public ModelInfo? Find(string modelId) =>
            modelId == "sandbox-mini"
                ? new(
                    modelId,
                    "sandbox",
                    modelId,
                    "Sandbox mini",
                    ModelGroup.Text,
                    ModelStatus.Active,
                    "",
                    "",
                    0,
                    0,
                    [],
                    [],
                    false,
                    null,
                    true,
                    0
                )
                : null;

        public ProviderInfo? FindProvider(string providerId) => null;

        public PriceVersion? PriceAt(string modelId, DateTimeOffset at) => null;
    }
}
