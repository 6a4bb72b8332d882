using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing.Operator;

/// <summary>Kernel, accounts and billing on a free port: who may come in is tested with real sign-ins.</summary>
public sealed class OperatorSite(Postgres postgres) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("netroom-operator-").FullName;
    private WebApplication app = null!;
    private IAsyncDisposable kernel = null!;
    private Uri address = null!;

    internal TestDatabase Database { get; private set; } = null!;

    internal IEnumerable<RouteEndpoint> Endpoints =>
        app
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>();

    internal Browser Visitor() => new(address);

    internal Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> act) =>
        RunAsync(app.Services, act);

    public async Task InitializeAsync()
    {
        Database = await postgres.CreateAsync(services =>
            services.AddAccountsData().AddBillingData()
        );
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                ApplicationName = "NetRoom.Web",
                EnvironmentName = "Development",
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:NetRoom"] = Database.ConnectionString,
                ["DATA_DIR"] = folder,
                ["URLS"] = "http://127.0.0.1:0",
                ["Accounts:PasswordIterations"] = "1000",
                ["Accounts:FailuresPerTenMinutes"] = "100000",
                ["Accounts:SignUpsPerHour"] = "100000",
                ["Billing:StarterBonus:Roubles"] = "0",
            }
        );
        builder.Logging.ClearProviders();
        kernel = await builder.AddKernelAsync();
        builder.AddAccounts();
        builder.Services.AddSingleton<ICatalog, BillingSite.OneModel>();
        builder.AddBilling();
        app = builder.Build();
        await app.MigrateAsync();
        app.UseKernel();
        app.MapAccounts();
        app.MapBilling();
        await app.StartAsync();
        address = new Uri(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
        );
    }

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        await kernel.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    internal Task<Operative> PersonAsync(bool isOwner = false) =>
        PersonAsync(isOwner ? "owner" : "person");

    internal async Task<Operative> PersonAsync(string role)
    {
        var email = $"p{Ids.New():n}@example.test";
        var browser = Visitor();
        await browser.SignUpAsync(email);
        var id = await Database.ScalarAsync<Guid>(
            $"SELECT id FROM accounts.account WHERE email = '{email}'"
        );
        if (role != "person")
        {
            await Database.ScalarAsync<string>(
                $"UPDATE accounts.account SET role = '{role}' WHERE id = '{id}' RETURNING role"
            );
            browser = Visitor();
            await browser.SignInAsync(email, Browser.Password);
        }

        return new Operative(id, email, browser);
    }

    internal async Task<(Purse Purse, Guid Wallet)> WalletAsync(long roubles)
    {
        var purse = Purse.New(Database);
        await purse.GrantAsync(LotClass.Real, Money.Roubles(roubles));
        var wallet = await Database.ScalarAsync<Guid>(
            $"SELECT id FROM billing.wallet WHERE account_id = '{purse.Account}'"
        );
        return (purse, wallet);
    }

    private static async Task<T> RunAsync<T>(
        IServiceProvider services,
        Func<IServiceProvider, Task<T>> act
    )
    {
        await using var scope = services.CreateAsyncScope();
        return await act(scope.ServiceProvider);
    }
}

/// <summary>Somebody who is signed in, with a browser.</summary>
internal sealed record Operative(Guid Id, string Email, Browser Browser)
{
    private static readonly HtmlParser Html = new();

    public async Task<IDocument> PageAsync(string path, string language = "en")
    {
        // What was kept at the sign-in would go first.
        Browser.Cookies.Remove(Preferences.LanguageCookie);
        var answer = await Browser.GetAsync(path, ("Accept-Language", language));
        ((int)answer.Status).ShouldBe(200, path + answer.Body);
        return await Html.ParseDocumentAsync(answer.Body);
    }

    /// <summary>Opens the page of an act and sends its form as it is, but for the changes.</summary>
    public async Task<Answer> ActAsync(
        string path,
        params (string Name, string? Value)[] changes
    ) => await SendAsync(await PageAsync(path), changes);

    public Task<Answer> SendAsync(IDocument page, params (string Name, string? Value)[] changes)
    {
        var form = page.QuerySelector("main form[method=post]").ShouldNotBeNull();
        var fields = form.QuerySelectorAll("input[name]")
            .ToDictionary(it => it.GetAttribute("name")!, it => it.GetAttribute("value"));
        foreach (var select in form.QuerySelectorAll("select"))
            fields[select.GetAttribute("name")!] = select
                .QuerySelector("option")!
                .GetAttribute("value");
        foreach (var (name, value) in changes)
            fields[name] = value;
        var token = fields["__RequestVerificationToken"];
        fields.Remove("__RequestVerificationToken");
        return Browser.PostAsync(
            form.GetAttribute("action")!,
            token,
            fields.Select(field => (field.Key, field.Value))
        );
    }

    /// <summary>What is read, with a space between any two parts.</summary>
    public static string Text(IElement? element) =>
        string.Join(
            ' ',
            element!
                .Descendants<IText>()
                .SelectMany(text =>
                    text.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                )
        );
}
