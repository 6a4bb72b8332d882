using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts;
using NetRoom.Api;
using NetRoom.Api.Callers;
using NetRoom.Api.Keys;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Providers;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>A node of the whole service but the chats, as programs see it; several may share a database.</summary>
internal sealed class ApiNode : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netroom-api-").FullName;
    private IAsyncDisposable? kernel;

    private ApiNode(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    public WebApplication App { get; private set; } = null!;

    public Uri Address => new(App.Urls.First());

    public HttpClient Http { get; } =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public static Task<TestDatabase> DatabaseAsync(Postgres postgres) =>
        postgres.CreateAsync(services =>
        {
            services.AddCatalogData(new ConfigurationBuilder().Build());
            services.AddAccountsData();
            services.AddBillingData();
            services.AddGenerationCore();
            services.AddApiData();
        });

    /// <param name="sandbox">Where the sandbox is; null: the catalogue has no model that can run.</param>
    /// <param name="map">Endpoints of the test.</param>
    public static Task<ApiNode> StartAsync(
        TestDatabase database,
        TimeProvider? clock = null,
        Uri? sandbox = null,
        Action<WebApplication>? map = null,
        params (string Name, string? Value)[] settings
    ) => StartAsync(_ => { }, database, clock, sandbox, map, settings);

    /// <param name="services">What takes the place of something of the service's own.</param>
    public static async Task<ApiNode> StartAsync(
        Action<IServiceCollection> services,
        TestDatabase database,
        TimeProvider? clock = null,
        Uri? sandbox = null,
        Action<WebApplication>? map = null,
        params (string Name, string? Value)[] settings
    )
    {
        var node = new ApiNode(database);
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
                ["ConnectionStrings:NetRoom"] = database.ConnectionString,
                ["DATA_DIR"] = node.folder,
                ["URLS"] = "http://127.0.0.1:0",
                ["Accounts:PasswordIterations"] = "1000",
                ["Accounts:SignUpsPerHour"] = "100000",
                ["Sandbox:BaseUrl"] = sandbox?.ToString(),
                // Failing is what many of these tests are for.
                ["Providers:CircuitMinimum"] = "1000000",
            }
        );
        builder.Configuration.AddInMemoryCollection(
            settings.Select(it => KeyValuePair.Create(it.Name, it.Value))
        );
        builder.Logging.ClearProviders();
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        node.kernel = await builder.AddKernelAsync();
        builder.AddCatalog();
        builder.AddAccounts();
        builder.AddProviders();
        builder.AddBilling();
        builder.AddGeneration();
        builder.AddApi();
        services(builder.Services);
        node.App = builder.Build();
        await node.App.MigrateAsync();
        await node.App.Services.SeedCatalogAsync();
        node.App.UseKernel();
        node.App.MapCatalog();
        node.App.MapAccounts();
        node.App.MapBilling();
        node.App.MapApi();
        map?.Invoke(node.App);
        await node.App.StartAsync();
        return node;
    }

    /// <summary>An account with some real money.</summary>
    public async Task<Purse> PurseAsync(long roubles = 100)
    {
        var purse = Purse.New(Database);
        await purse.GrantAsync(LotClass.Real, Money.Roubles(roubles));
        return purse;
    }

    public async Task<CreatedApiKey> KeyAsync(
        Guid? account = null,
        ApiScopes scopes = ApiScopes.All,
        Func<NewApiKey, NewApiKey>? change = null
    )
    {
        var wanted = new NewApiKey("A program of mine", scopes, []);
        await using var scope = App.Services.CreateAsyncScope();
        var outcome = await scope
            .ServiceProvider.GetRequiredService<ApiKeys>()
            .CreateAsync(account ?? Ids.New(), change?.Invoke(wanted) ?? wanted, default);
        return Purse.Done(outcome);
    }

    public async Task<bool> RevokeAsync(Guid account, Guid key)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<ApiKeys>()
            .RevokeAsync(account, key, default);
    }

    public Task<ApiReply> GetAsync(
        string path,
        string? key,
        params (string Name, string Value)[] headers
    ) => SendAsync(HttpMethod.Get, path, key, null, headers);

    public Task<ApiReply> PostAsync(
        string path,
        string? key,
        string body,
        params (string Name, string Value)[] headers
    ) => SendAsync(HttpMethod.Post, path, key, body, headers);

    public async Task<ApiReply> SendAsync(
        HttpMethod method,
        string path,
        string? key,
        string? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        return await ApiReply.OfAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        if (kernel is not null)
            await kernel.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record ApiReply(
    int Status,
    IReadOnlyDictionary<string, string> Headers,
    string Body
)
{
    public static async Task<ApiReply> OfAsync(HttpResponseMessage response) =>
        new(
            (int)response.StatusCode,
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(
                    it => it.Key,
                    it => string.Join(",", it.Value),
                    StringComparer.OrdinalIgnoreCase
                ),
            await response.Content.ReadAsStringAsync()
        );

    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>OpenAI's error.</summary>
    public JsonElement Error => Json.GetProperty("error");

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
