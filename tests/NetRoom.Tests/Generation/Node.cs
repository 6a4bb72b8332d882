using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Providers;
using NetRoom.Providers.PassThrough;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Generation;

/// <summary>A node of the service on a database that others may share, with a provider that a test plays.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider? own;
    private readonly List<IHostedService> started = [];

    private Node(TestDatabase database, ServiceProvider? own, FakeMarket market, Owner owner) =>
        (Database, this.own, Market, Told) = (database, own, market, owner);

    public TestDatabase Database { get; }

    public FakeMarket Market { get; }

    /// <summary>What the module that asked for the runs has heard on this node.</summary>
    public Owner Told { get; }

    public IServiceProvider Services => own ?? Database.Services;

    public static async Task<Node> FirstAsync(
        Postgres postgres,
        Func<ModelInfo, FakeChatClient> client,
        Action<IServiceCollection>? more = null
    )
    {
        var (market, owner) = (new FakeMarket(FakeMarket.Plain, client), new Owner());
        return new Node(
            await postgres.CreateAsync(services =>
            {
                Add(services, market, owner);
                more?.Invoke(services);
            }),
            null,
            market,
            owner
        );
    }

    /// <summary>Another node on the same database.</summary>
    public Node Another()
    {
        var (market, owner) = (new FakeMarket(FakeMarket.Plain), new Owner());
        var services = new ServiceCollection()
            .AddLogging()
            .AddKernelData(Database.ConnectionString);
        Add(services, market, owner);
        return new Node(Database, services.BuildServiceProvider(), market, owner);
    }

    /// <summary>Starts one of the node's background services.</summary>
    public async Task StartAsync<TService>()
        where TService : IHostedService
    {
        var service = Services.GetServices<IHostedService>().OfType<TService>().Single();
        started.Add(service);
        await service.StartAsync(default);
    }

    /// <summary>An account with some real money, and a run of it that has been held for and recorded.</summary>
    public async Task<RunRequest> BeginAsync(Money? balance = null, Money? ceiling = null)
    {
        var purse = Purse.New(Database);
        await purse.GrantAsync(LotClass.Real, balance ?? Money.Roubles(10));
        var request = new RunRequest(
            Ids.New(),
            purse.Account,
            Owner.Name,
            Ids.New(),
            FakeMarket.Model(),
            [new(Microsoft.Extensions.AI.ChatRole.User, "hello")],
            null,
            Purse.QuoteOf(ceiling ?? Money.Roubles(3))
        );
        await using var scope = Services.CreateAsyncScope();
        var outcome = await scope
            .ServiceProvider.GetRequiredService<IGenerations>()
            .StartAsync(request, default);
        outcome.Succeeded(out _, out var problem).ShouldBeTrue(problem?.Code);
        return request;
    }

    public async Task LaunchAsync(RunRequest request)
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IGenerations>().Launch(request);
    }

    public async Task<List<RunEvent>> ReadAsync(Guid runId, int after = 0)
    {
        var events = new List<RunEvent>();
        await using var scope = Services.CreateAsyncScope();
        var generations = scope.ServiceProvider.GetRequiredService<IGenerations>();
        await foreach (var item in generations.ReadAsync(runId, after, default))
            events.Add(item);
        return events;
    }

    public async Task<RunOutcome?> SettleAsync(Guid runId, Guid? node, Ending ending, int seq)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<Settlement>()
            .EndAsync(runId, node, ending, [new RunEvent(seq, RunEventKind.End, "")], default);
    }

    public Guid Id => Services.GetRequiredService<LiveRuns>().Node;

    public Task<short> StateAsync(Guid runId) =>
        Database.ScalarAsync<short>($"SELECT state FROM generation.run WHERE id = '{runId}'");

    public Purse PurseOf(RunRequest request) => new(Database, request.AccountId);

    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds())
            await Task.Delay(20, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in started)
            await service.StopAsync(default);
        if (own is not null)
            await own.DisposeAsync();
        else
            await Database.DisposeAsync();
    }

    private static void Add(IServiceCollection services, FakeMarket market, Owner owner)
    {
        services.AddSingleton<ICatalog>(market);
        services.AddSingleton<IProviders>(market);
        services.AddSingleton<IPassThrough>(market);
        services.AddSingleton<IRunOwner>(owner);
        services.AddSingleton<IHostApplicationLifetime, Unending>();
        services.AddSingleton(new DataFolder("", IsOnlyNode: false));
        services.Configure<GenerationOptions>(options =>
            options.Heartbeat = TimeSpan.FromSeconds(0.1)
        );
        services.AddBillingData();
        services.AddGenerationCore();
    }

    private sealed class Unending : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() { }
    }

    public sealed class Owner : ConcurrentQueue<RunOutcome>, IRunOwner
    {
        public const string Name = "test";

        public string Origin => Name;

        public Task OnEndedAsync(RunOutcome outcome, CancellationToken cancel)
        {
            Enqueue(outcome);
            return Task.CompletedTask;
        }
    }
}
