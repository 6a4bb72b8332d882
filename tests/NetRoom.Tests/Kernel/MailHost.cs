using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Mail;
using NetRoom.Tests.Providers;
using NetRoom.Tests.Sandbox;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Kernel;

/// <summary>A database whose letters go to the sandbox, a clock that stands still, and all that was logged.</summary>
internal sealed class MailHost : IAsyncDisposable
{
    private readonly SandboxServer sandbox;

    private MailHost(SandboxServer sandbox) => this.sandbox = sandbox;

    public FakeClock Clock { get; } = new();

    public KeptLog Log { get; } = new();

    public TestDatabase Database { get; private set; } = null!;

    public MailPump Pump => Database.Services.GetRequiredService<MailPump>();

    public static async Task<MailHost> CreateAsync(Postgres postgres, SandboxServer sandbox)
    {
        var host = new MailHost(sandbox);
        host.Database = await postgres.CreateAsync(host.Configure);
        return host;
    }

    public Task SendAsync() => Pump.SendDueAsync(CancellationToken.None);

    /// <summary>As another node has it, on the same database.</summary>
    public MailPump AnotherPump() => ActivatorUtilities.CreateInstance<MailPump>(Database.Services);

    public Task InScopeAsync(Func<MailQueue, NetRoomDb, Task> act) =>
        Database.InScopeAsync(services =>
            act(services.GetRequiredService<MailQueue>(), services.GetRequiredService<NetRoomDb>())
        );

    public Task AddAsync(Mail mail) =>
        InScopeAsync(
            async (queue, db) =>
            {
                queue.Add(mail).ShouldBeTrue();
                await db.SaveChangesAsync();
            }
        );

    public Task<long> WaitingAsync() =>
        Database.ScalarAsync<long>("SELECT count(*) FROM kernel.mail");

    /// <summary>A node takes what is due and is never heard of again.</summary>
    public async Task TakeAndDieAsync()
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddKernelData(Database.ConnectionString);
        Configure(services);
        var dead = new DeadSender();
        services.AddSingleton<IMailSender>(dead);
        await using var node = services.BuildServiceProvider();
        _ = node.GetRequiredService<MailPump>().SendDueAsync(CancellationToken.None);
        await dead.Asked.Task;
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private void Configure(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(Clock);
        services.AddLogging(logs => logs.AddProvider(Log).SetMinimumLevel(LogLevel.Trace));
        services.Configure<MailOptions>(options =>
        {
            (options.Host, options.Port, options.Tls) = ("127.0.0.1", sandbox.SmtpPort, false);
            options.From = "no-reply@netroom.example";
            options.Timeout = TimeSpan.FromSeconds(5);
        });
    }

    private sealed class DeadSender : IMailSender
    {
        public TaskCompletionSource Asked { get; } = new();

        public async Task<MailFailure?> SendAsync(Guid id, Mail mail)
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.Infinite);
            return null;
        }
    }
}

/// <summary>Every line that was logged by NetRoom, exceptions included.</summary>
internal sealed class KeptLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Line)> lines = [];

    public IEnumerable<string> Warnings =>
        lines.Where(it => it.Level >= LogLevel.Warning).Select(it => it.Line);

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() { }

    public override string ToString() => string.Join('\n', lines.Select(it => it.Line));

    private sealed class Category(KeptLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            name.StartsWith("NetRoom", StringComparison.Ordinal);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                log.lines.Enqueue((logLevel, formatter(state, exception) + exception));
        }
    }
}
