using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Generation;
using NetRoom.Generation.Direct;
using NetRoom.Kernel;
using NetRoom.Tests.Billing;

namespace NetRoom.Tests.Generation.Direct;

/// <summary>A program with a key and a purse, on a node of the service.</summary>
internal sealed class Caller(Node node, Purse purse)
{
    private static readonly TextSize Prompt = new(4_000, 0);

    public Purse Purse => purse;

    public Guid Key { get; } = Ids.New();

    /// <summary>A token costs 25 micro-roubles going in and 200 coming out; a run may cost 0.24 ₽ for its prompt and its answer.</summary>
    public static async Task<Caller> OfAsync(Node node, Money balance)
    {
        var purse = Purse.New(node.Database);
        await purse.GrantAsync(LotClass.Real, balance);
        return new Caller(node, purse);
    }

    public DirectRequest Request(int? limit = 1_000, SpendCap? cap = null) =>
        new(Ids.New(), purse.Account, Key, FakeMarket.Model(), Prompt, limit, cap);

    public Task<Outcome<DirectRun>> TryStartAsync(DirectRequest request) =>
        node.Services.GetRequiredService<IDirectRuns>().StartAsync(request);

    public async Task<DirectRun> StartAsync(int? limit = 1_000, SpendCap? cap = null) =>
        Purse.Done(await TryStartAsync(Request(limit, cap)));

    /// <summary>Reads the answer to its end and settles.</summary>
    public static async Task<(string Text, DirectEnd End)> ReadAsync(
        DirectRun run,
        CancellationToken gone = default
    )
    {
        var text = "";
        await foreach (var update in run.StreamAsync([new(ChatRole.User, "hello")], new(), gone))
            text += update.Text;
        return (text, await run.EndAsync());
    }

    public async Task<(string Text, DirectEnd End)> AskAsync(
        int? limit = 1_000,
        SpendCap? cap = null
    )
    {
        await using var run = await StartAsync(limit, cap);
        return await ReadAsync(run);
    }

    public Task<long> SpentTodayAsync(Guid cap) =>
        node.Database.ScalarAsync<long>(
            $"SELECT day_micro FROM generation.spend WHERE cap_id = '{cap}'"
        );
}
