using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;
using NetRoom.Kernel.Events;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts;

/// <summary>The kernel and this module on a free port, with a clock of our own and a listener to the news.</summary>
public class AccountsApp(Postgres postgres) : IAsyncLifetime
{
    private WebApplication app = null!;
    private IAsyncDisposable kernel = null!;
    private Uri address = null!;

    internal TestClock Clock { get; } = new();

    internal TestDatabase Database { get; private set; } = null!;

    internal string Folder { get; } =
        Directory.CreateTempSubdirectory("netroom-accounts-").FullName;

    /// <summary>Over the tests' own.</summary>
    internal Dictionary<string, string?> Settings { get; } = [];

    internal List<AccountCreated> News { get; } = [];

    internal IServiceProvider Services => app.Services;

    internal List<AccountReclaimed> Reclaimed { get; } = [];

    internal ConcurrentQueue<SecurityNotice> Notices { get; } = [];

    /// <summary>Waits until the news has been heard.</summary>
    internal virtual Task DeliverAsync() =>
        InScopeAsync(async services =>
        {
            await services.GetRequiredService<Outbox>().DeliverNowAsync(CancellationToken.None);
            return true;
        });

    internal Browser NewBrowser() => new(address);

    internal async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider);
    }

    internal Task EnsureOwnerAsync() => app.EnsureOwnerAsync();

    internal async Task<(int? Code, string Said)> RunAsync(params string[] args)
    {
        var said = new StringWriter();
        return (await app.RunOwnerCommandAsync(args, said), said.ToString().Trim());
    }

    public virtual async Task InitializeAsync()
    {
        Database = await postgres.CreateAsync(services => services.AddAccountsData());
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
                ["ConnectionStrings:NetRoom"] = Database.ConnectionString,
                ["DATA_DIR"] = Folder,
                ["URLS"] = "http://127.0.0.1:0",
                ["Accounts:PasswordIterations"] = "1000",
                ["Accounts:FailuresPerTenMinutes"] = "100000",
                ["Accounts:SignUpsPerHour"] = "100000",
                ["Accounts:LettersPerHour"] = "100000",
                ["Operator:Name"] = "Example <b>LLC</b>",
            }
        );
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(News);
        builder.Services.AddSingleton(Reclaimed);
        builder.Services.AddEventHandler<AccountCreated, Listener>();
        builder.Services.AddEventHandler<AccountReclaimed, ReclaimListener>();
        builder.Services.AddSingleton(Notices);
        builder.Services.AddEventHandler<SecurityNotice, NoticeListener>();
        kernel = await builder.AddKernelAsync();
        builder.AddAccounts();
        app = builder.Build();
        await app.MigrateAsync();
        app.UseKernel();
        app.MapAccounts();
        app.MapGet("/who", Who).RequireAuthorization(Policies.SignedIn);
        app.MapPost("/who", ([FromForm] string word, ICurrentAccount who) => $"{word} {who.Label}")
            .RequireAuthorization(Policies.SignedIn);
        app.MapGet("/stream", StreamAsync).RequireAuthorization(Policies.SignedIn);
        app.MapGet("/sensitive", (ICurrentAccount who) => who.Label)
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof();
        app.MapPost("/sensitive", ([FromForm] string word) => word)
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof();
        await app.StartAsync();
        address = new Uri(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
        );
    }

    public virtual async Task DisposeAsync()
    {
        await app.DisposeAsync();
        await kernel.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Who(ICurrentAccount who, ClaimsPrincipal user) =>
        $"{who.Label} {who.Language} {(who.IsAdult ? "adult" : "minor")} {(who.IsOwner ? "owner" : "person")} {user.FindFirst("sid")?.Value}";

    private static async Task StreamAsync(HttpContext context)
    {
        await context.Response.WriteAsync("hello\n");
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
    }

    private sealed class Listener(List<AccountCreated> heard) : IEventHandler<AccountCreated>
    {
        public Task HandleAsync(AccountCreated news, CancellationToken cancel)
        {
            heard.Add(news);
            return Task.CompletedTask;
        }
    }

    private sealed class ReclaimListener(List<AccountReclaimed> heard)
        : IEventHandler<AccountReclaimed>
    {
        public Task HandleAsync(AccountReclaimed news, CancellationToken cancel)
        {
            lock (heard)
                heard.Add(news);
            return Task.CompletedTask;
        }
    }

    private sealed class NoticeListener(ConcurrentQueue<SecurityNotice> heard)
        : IEventHandler<SecurityNotice>
    {
        public Task HandleAsync(SecurityNotice news, CancellationToken cancel)
        {
            heard.Enqueue(news);
            return Task.CompletedTask;
        }
    }
}
