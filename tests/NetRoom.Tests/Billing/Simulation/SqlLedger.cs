using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace NetRoom.Tests.Billing.Simulation;

/// <summary>The ledger as the simulation asks it. Answers are the outcomes of the functions.</summary>
internal interface ISimulatedLedger
{
    /// <summary>Whether it repeats by itself what may not have been done, so that a first answer may be that of a second asking.</summary>
    bool AsksAgain => false;

    Task<string> HoldAsync(Guid account, HoldCommand hold);
    Task<string> ResolveAsync(ResolveCommand resolve);
    Task<string> BuyAsync(Guid account, BuyCommand purchase);
    Task<string> CallAsync(string sql, params object?[] values);
    Task<(long Avail, long Held, long DebtReal, long DebtBonus)> BalanceAsync(Guid account);
}

/// <summary>
/// The functions of the schema on connections of its own; holds and resolves of many wallets in batches, as a node sends them.
/// </summary>
/// <param name="batch">1: one by one.</param>
internal sealed class SqlLedger(NpgsqlDataSource source, int batch)
    : ISimulatedLedger,
        IAsyncDisposable
{
    private readonly Batcher<(Guid Account, HoldCommand Hold), string> holds = new(
        batch,
        2,
        (items, cancel) => HoldsAsync(source, items, cancel)
    );

    private readonly Batcher<ResolveCommand, string> resolves = new(
        batch,
        2,
        (items, cancel) => ResolvesAsync(source, items, cancel)
    );

    private readonly Batcher<Guid, (long, long, long, long)> balances = new(
        64,
        1,
        (items, cancel) => BalancesAsync(source, items, cancel)
    );

    public Task<string> HoldAsync(Guid account, HoldCommand hold) =>
        holds.AskAsync((account, hold));

    public Task<string> ResolveAsync(ResolveCommand resolve) => resolves.AskAsync(resolve);

    public Task<(long Avail, long Held, long DebtReal, long DebtBonus)> BalanceAsync(
        Guid account
    ) => balances.AskAsync(account);

    public async Task<string> CallAsync(string sql, params object?[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return await command.ExecuteScalarAsync() as string ?? "nothing";
    }

    public async Task<string> BuyAsync(Guid account, BuyCommand purchase)
    {
        var product = purchase.Product;
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var hold = new HoldCommand(
            purchase.Hold,
            purchase.Job,
            product.Price,
            Kind: 3,
            Credit: product.Credit
        );
        var held = (await AskAsync(HoldsCommand([(account, hold)]), connection))[0];
        var resolve = new ResolveCommand(purchase.Hold, product.Price, 0, null);
        var resolved = (await AskAsync(ResolvesCommand([resolve]), connection))[0];
        await using var deliver = new NpgsqlCommand(
            "SELECT outcome FROM billing.deliver($1, $2, 1, $3, billing.clock(), NULL, false)",
            connection
        )
        {
            Parameters =
            {
                new() { Value = purchase.Hold },
                new() { Value = product.Id },
                new() { Value = purchase.Id },
            },
        };
        var delivered = (string)(await deliver.ExecuteScalarAsync())!;
        await transaction.CommitAsync();
        return $"{held} {resolved} {delivered}";
    }

    private static async Task<string[]> HoldsAsync(
        NpgsqlDataSource source,
        IReadOnlyList<(Guid Account, HoldCommand Hold)> items,
        CancellationToken cancel
    )
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await AskAsync(HoldsCommand(items), connection);
    }

    private static async Task<string[]> ResolvesAsync(
        NpgsqlDataSource source,
        IReadOnlyList<ResolveCommand> items,
        CancellationToken cancel
    )
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await AskAsync(ResolvesCommand(items), connection);
    }

    private static async Task<string[]> AskAsync(NpgsqlCommand command, NpgsqlConnection connection)
    {
        await using (command)
        {
            command.Connection = connection;
            var answers = new List<string>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                answers.Add($"{reader.GetString(0)}:{reader.GetInt64(1)}");
            return [.. answers];
        }
    }

    private static NpgsqlCommand HoldsCommand(
        IReadOnlyList<(Guid Account, HoldCommand Hold)> items
    ) =>
        new(
            """
            SELECT * FROM billing.hold($1, $2, $3, $4, $5, $6, $7,
                array_fill('Text'::text, ARRAY[$8]), array_fill('sandbox-mini'::text, ARRAY[$8]), array_fill(NULL::uuid, ARRAY[$8]),
                array_fill(1000000, ARRAY[$8]), array_fill('{}'::jsonb, ARRAY[$8]),
                array_fill(billing.clock() + interval '1 hour', ARRAY[$8]))
            """
        )
        {
            Parameters =
            {
                new() { Value = items.Select(item => item.Hold.Id).ToArray() },
                new() { Value = items.Select(item => item.Account).ToArray() },
                new() { Value = items.Select(item => item.Hold.Job).ToArray() },
                new() { Value = items.Select(item => item.Hold.Amount).ToArray() },
                new() { Value = items.Select(item => item.Hold.Asset).ToArray() },
                new() { Value = items.Select(item => (short)item.Hold.Kind).ToArray() },
                new() { Value = items.Select(item => (short)item.Hold.Credit).ToArray() },
                new() { Value = items.Count },
            },
        };

    private static NpgsqlCommand ResolvesCommand(IReadOnlyList<ResolveCommand> items) =>
        new(
            """
            SELECT * FROM billing.resolve($1, $2, $3, $4, array_fill(false, ARRAY[$5]), array_fill('[]'::jsonb, ARRAY[$5]),
                array_fill('test'::text, ARRAY[$5]))
            """
        )
        {
            Parameters =
            {
                new() { Value = items.Select(item => item.Hold).ToArray() },
                new() { Value = items.Select(item => item.Taken).ToArray() },
                new() { Value = items.Select(item => item.Tokens).ToArray() },
                new()
                {
                    Value = items.Select(item => item.Uncapped).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
                },
                new() { Value = items.Count },
            },
        };

    private static async Task<(long, long, long, long)[]> BalancesAsync(
        NpgsqlDataSource source,
        IReadOnlyList<Guid> accounts,
        CancellationToken cancel
    )
    {
        await using var command = source.CreateCommand(
            "SELECT account_id, avail, held, debt_real, debt_bonus FROM billing.wallet WHERE account_id = ANY($1)"
        );
        command.Parameters.Add(new() { Value = accounts.ToArray() });
        var found = new Dictionary<Guid, (long, long, long, long)>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            found[reader.GetGuid(0)] = (
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.GetInt64(4)
            );
        return [.. accounts.Select(account => found.GetValueOrDefault(account))];
    }

    public async ValueTask DisposeAsync()
    {
        await holds.DisposeAsync();
        await resolves.DisposeAsync();
        await balances.DisposeAsync();
    }
}

/// <summary>Gathers what is asked at once into one call; a call that fails fails all who were in it.</summary>
internal sealed class Batcher<TAsked, TAnswer> : IAsyncDisposable
{
    private readonly Channel<(TAsked Asked, TaskCompletionSource<TAnswer> Answer)> queue =
        Channel.CreateUnbounded<(TAsked, TaskCompletionSource<TAnswer>)>();

    private readonly Task[] workers;

    public Batcher(
        int size,
        int workers,
        Func<IReadOnlyList<TAsked>, CancellationToken, Task<TAnswer[]>> ask
    ) =>
        this.workers = [
            .. Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(size, ask))),
        ];

    public Task<TAnswer> AskAsync(TAsked asked)
    {
        var answer = new TaskCompletionSource<TAnswer>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        queue.Writer.TryWrite((asked, answer));
        return answer.Task;
    }

    private async Task WorkAsync(
        int size,
        Func<IReadOnlyList<TAsked>, CancellationToken, Task<TAnswer[]>> ask
    )
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            var items = new List<(TAsked Asked, TaskCompletionSource<TAnswer> Answer)>();
            while (items.Count < size && queue.Reader.TryRead(out var item))
                items.Add(item);
            if (items.Count == 0)
                continue;
            try
            {
                var answers = await ask(
                    [.. items.Select(item => item.Asked)],
                    CancellationToken.None
                );
                for (var at = 0; at < items.Count; at++)
                    items[at].Answer.SetResult(answers[at]);
            }
            catch (Exception exception)
            {
                foreach (var item in items)
                    item.Answer.TrySetException(exception);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await Task.WhenAll(workers);
    }
}
