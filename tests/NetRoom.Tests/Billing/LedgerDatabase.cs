using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing;

/// <summary>One database for the tests of a class: each test has accounts of its own, the auditor looks at all.</summary>
public sealed class LedgerDatabase(Postgres postgres) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync() => Database = await Purse.DatabaseAsync(postgres);

    public async Task DisposeAsync() => await Database.DisposeAsync();
}
