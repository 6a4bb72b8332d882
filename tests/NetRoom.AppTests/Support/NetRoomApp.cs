using Microsoft.Extensions.Configuration;
using NetRoom.AppTests.Browser.Support;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.AppTests.Support;

/// <summary>
/// The whole house, really running: one PostgreSQL, one sandbox of providers, one node (and more on demand), each a process.
/// A test class takes part by <c>[Collection(NetRoomApp.Collection)]</c> and a constructor parameter <c>NetRoomApp app</c>; then:
/// <code>
/// var alice = await app.SignUpAsync();                                  // a browser of her own, signed in, 50 ₽ of bonus
/// var asked = await alice.AskAsync("Hello", "sandbox-echo");            // as the page's form does; also Chat: asked.Chat
/// var answer = await alice.AnswerAsync(asked);                          // follows the events to "done"
/// var balance = await alice.BalanceAsync();
/// var there = alice.On(await app.SecondNodeAsync());                    // the same browser on another node
/// var letters = await app.Sandbox.InboxAsync("alice@example.com");      // what came by mail, newest first
/// </code>
/// For a browser (Playwright): <c>app.Node.Address</c> is the site, and <c>alice.Cookies</c> is what signs a context in.
/// Ordinary sandbox models answer at once; "sandbox-pace" with a prompt like "pace 100 x 20ms" takes its time.
/// </summary>
public sealed class NetRoomApp : IAsyncLifetime
{
    public const string Collection = "netroom";

    private readonly string folder = Directory.CreateTempSubdirectory("netroom-app-").FullName;
    private readonly List<Node> nodes = [];
    private readonly SemaphoreSlim secondNodeGate = new(1);
    private EmbeddedPostgres postgres = null!;
    private NpgsqlDataSource database = null!;
    private Node? second;

    /// <summary>Follows no redirects and keeps no cookies: that is the business of a <see cref="Person"/>.</summary>
    public HttpClient Http { get; } =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = TimeSpan.FromSeconds(100),
        };

    /// <summary>The first node; tests share it and leave it alive.</summary>
    public Node Node { get; private set; } = null!;

    public SandboxProcess Sandbox { get; private set; } = null!;

    /// <summary>What the database says.</summary>
    public Books Books { get; private set; } = null!;

    public string ConnectionString => postgres.ConnectionString;

    public async Task InitializeAsync()
    {
        postgres = await EmbeddedPostgres.StartAsync(
            Path.Combine(folder, "pg"),
            null,
            CancellationToken.None
        );
        database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { MaxPoolSize = 20 }
        );
        Books = new Books(database);
        Sandbox = await SandboxProcess.StartAsync(Http);
        Node = await StartNodeAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        await Sandbox.DisposeAsync();
        await database.DisposeAsync();
        await postgres.DisposeAsync();
        Http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A node on the common database. It ends with the fixture, or earlier by the test.</summary>
    /// <param name="settings">"Section:Key" and value, over the tests' own.</param>
    public Task<Node> StartNodeAsync(params (string Key, string? Value)[] settings)
    {
        var connection = new NpgsqlConnectionStringBuilder(ConnectionString) { MaxPoolSize = 30 };
        return StartAnyNodeAsync([
            ("ConnectionStrings:NetRoom", connection.ConnectionString),
            ("DATA_DIR", NewFolder()),
            .. settings,
        ]);
    }

    /// <summary>A node as ./run.sh starts it: with a private database under a folder of its own.</summary>
    public Task<Node> StartEmbeddedNodeAsync(
        string dataFolder,
        params (string Key, string? Value)[] settings
    ) => StartAnyNodeAsync([("DATA_DIR", dataFolder), .. settings]);

    /// <summary>A second node on the common database, shared by the tests that need one and leave it alive.</summary>
    public async Task<Node> SecondNodeAsync()
    {
        await secondNodeGate.WaitAsync();
        try
        {
            return second ??= await StartNodeAsync();
        }
        finally
        {
            secondNodeGate.Release();
        }
    }

    /// <summary>A fresh folder, gone with the fixture.</summary>
    public string NewFolder() =>
        Directory.CreateDirectory(Path.Combine(folder, Ids.New().ToString("n"))).FullName;

    /// <summary>Somebody new, in a browser that has never been here.</summary>
    public Person Visitor(Node? node = null) => new(this, node ?? Node);

    /// <summary>Somebody new with an account and the starter bonus, by the sign-up form.</summary>
    public async Task<Person> SignUpAsync(Node? node = null)
    {
        var person = Visitor(node);
        await person.SignUpAsync();
        return person;
    }

    private async Task<Node> StartAnyNodeAsync(IEnumerable<(string Key, string? Value)> settings)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Sandbox__BaseUrl"] = Sandbox.Address.ToString().TrimEnd('/'),
            ["Sandbox__SmtpPort"] = $"{Sandbox.SmtpPort}",
            ["Accounts__PasswordIterations"] = "1000",
            ["Accounts__SignUpsPerHour"] = "1000000",
            ["Accounts__HashQueue"] = "1000",
            ["Accounts__FailuresPerTenMinutes"] = "1000000",
            // A provider that hangs is given up soon.
            ["Providers__IdleTimeout"] = "00:00:05",
            ["Providers__RetryDelay"] = "00:00:00.050",
            ["Providers__sandbox-openai__ThinkTags"] = "true",
        };
        foreach (var (key, value) in settings)
            environment[
                key.Replace(ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal)
            ] = value;
        var node = await Node.StartAsync(Http, environment);
        lock (nodes)
            nodes.Add(node);
        return node;
    }
}

[CollectionDefinition(NetRoomApp.Collection)]
public sealed class NetRoomAppCollection
    : ICollectionFixture<NetRoomApp>,
        ICollectionFixture<SuiteBrowser>;
