using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Support;
using Npgsql;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Faults;

/// <summary>The network and the pool between a node and its database.</summary>
[Collection(PostgresCollection.Name)]
public sealed class CutConnectionTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private readonly TestDatabase database = ledger.Database;

    [Fact]
    [Fault(3, 7)]
    [Invariant(15, 18)]
    public async Task A_commit_whose_answer_is_cut_off_is_asked_for_again_and_done_once()
    {
        var purse = New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        await using var wire = new CutWire(database.ConnectionString);
        await using var source = NpgsqlDataSource.Create(wire.ConnectionString);
        await using var writer = new LedgerWriter(source);
        var request = purse.Request(R(4));
        (await AskAsync(new HoldCommand(purse.Request(R(1)), "RUB", R(1).Micro))).ShouldBe("held");

        wire.SwallowNextAnswer();
        (await AskAsync(new HoldCommand(request, "RUB", R(4).Micro))).ShouldBe("replayed");
        wire.SwallowNextAnswer();
        (
            await AskAsync(
                new ResolveCommand(request.Id, null)
                {
                    Taken = R(3).Micro,
                    Uncapped = R(3).Micro,
                    Lines = "[]",
                }
            )
        ).ShouldBe("replayed");
        wire.Swallowed.ShouldBe(2);
        await purse.ShouldHaveAsync(R(6), R(1));

        async Task<string> AskAsync(LedgerCommand command) =>
            (await writer.AskAsync(command, default)).Outcome;
    }

    [Fact]
    [Fault(34)]
    public async Task A_statement_that_times_out_inside_the_function_holds_nothing()
    {
        var purse = New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var request = purse.Request(R(4));
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand(
            $"SELECT FROM billing.wallet WHERE account_id = '{purse.Account}' FOR UPDATE",
            other
        );
        await hold.ExecuteNonQueryAsync();
        await using var source = NpgsqlDataSource.Create(
            database.ConnectionString + ";Options=-c statement_timeout=100"
        );
        await using var writer = new LedgerWriter(source);
        var failed = await Should.ThrowAsync<PostgresException>(() =>
            writer.AskAsync(new HoldCommand(request, "RUB", R(4).Micro), default)
        );
        failed.SqlState.ShouldBe(PostgresErrorCodes.QueryCanceled);
        await transaction.RollbackAsync();
        await purse.ShouldHaveAsync(R(10), R(0));
        (await purse.TryHoldAsync(request)).Problem.ShouldBeNull();
    }

    [Fact]
    [Fault(4, 34)]
    public async Task A_transaction_that_is_killed_while_idle_takes_its_hold_with_it()
    {
        var purse = New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        var request = purse.Request(R(4));
        await database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoomDb>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            var wallet = services.GetRequiredService<IWallet>();
            (await wallet.HoldAsync(request, default)).Problem.ShouldBeNull();
            await purse.SqlAsync(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND state = 'idle in transaction'
                """
            );
            await Should.ThrowAsync<NpgsqlException>(() => transaction.CommitAsync());
        });
        database.Services.GetRequiredService<NpgsqlDataSource>().Clear();
        await purse.ShouldHaveAsync(R(10), R(0));
        (await purse.TryHoldAsync(request)).Problem.ShouldBeNull();
    }

    [Fact]
    [Fault(34)]
    public async Task An_empty_pool_is_told_and_what_was_asked_can_be_asked_again()
    {
        var purse = New(database);
        await purse.GrantAsync(LotClass.Real, R(10));
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                MaxPoolSize = 1,
                Timeout = 1,
            }.ConnectionString
        );
        await using var writer = new LedgerWriter(source);
        var command = new HoldCommand(purse.Request(R(4)), "RUB", R(4).Micro);
        await using (await source.OpenConnectionAsync())
            await Should.ThrowAsync<NpgsqlException>(() => writer.AskAsync(command, default));
        await purse.ShouldHaveAsync(R(10), R(0));
        (await writer.AskAsync(command, default)).Outcome.ShouldBe("held");
    }

    /// <summary>A wire to the database that, when it is told to, lets the next question through and cuts itself before the answer.</summary>
    private sealed class CutWire : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource over = new();
        private readonly Task accepting;
        private int armed;

        public CutWire(string connectionString)
        {
            listener.Start();
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            accepting = AcceptAsync(builder.Host!, builder.Port);
            builder.Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            ConnectionString = builder.ConnectionString;
        }

        public string ConnectionString { get; }

        public int Swallowed { get; private set; }

        public void SwallowNextAnswer() => Volatile.Write(ref armed, 1);

        public async ValueTask DisposeAsync()
        {
            await over.CancelAsync();
            listener.Dispose();
            await accepting;
            over.Dispose();
        }

        private async Task AcceptAsync(string host, int port)
        {
            var carried = new List<Task>();
            try
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync(over.Token);
                    carried.Add(CarryAsync(client, host, port));
                }
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(carried);
            }
        }

        private async Task CarryAsync(TcpClient client, string host, int port)
        {
            using (client)
            using (var server = new TcpClient())
            {
                await server.ConnectAsync(host, port, over.Token);
                var (asked, answered) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(
                    CopyAsync(asked, answered, isAnswer: false),
                    CopyAsync(answered, asked, isAnswer: true)
                );
            }
        }

        private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isAnswer)
        {
            var buffer = new byte[65_536];
            try
            {
                int read;
                while ((read = await from.ReadAsync(buffer, over.Token)) > 0)
                {
                    // The whole of an answer to one batch ends with "ready for query", idle: the commit is done.
                    if (
                        isAnswer
                        && buffer.AsSpan(0, read).EndsWith("Z\0\0\0\u0005I"u8)
                        && Interlocked.Exchange(ref armed, 0) == 1
                    )
                    {
                        Swallowed++;
                        return;
                    }

                    await to.WriteAsync(buffer.AsMemory(0, read), over.Token);
                }
            }
            catch (Exception exception)
                when (exception is IOException or OperationCanceledException) { }
        }
    }
}
