using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Kernel;

[Collection(PostgresCollection.Name)]
public sealed class OutboxTests(Postgres postgres)
{
    public sealed record Rang(int Number);

    private sealed class Listener(List<int> heard) : IEventHandler<Rang>
    {
        public Task HandleAsync(Rang news, CancellationToken cancel)
        {
            if (news.Number < 0)
                throw new InvalidOperationException("not today");
            heard.Add(news.Number);
            return Task.CompletedTask;
        }
    }

    [Fact]
    [Fault(8)]
    public async Task News_is_delivered_after_the_commit_and_once()
    {
        var heard = new List<int>();
        await using var database = await CreateAsync(heard);
        await TellAsync(database, 7);
        await DeliverAsync(database);
        await DeliverAsync(database);
        heard.ShouldBe([7]);
    }

    [Fact]
    [Fault(8)]
    public async Task News_of_a_transaction_that_was_rolled_back_is_never_heard()
    {
        var heard = new List<int>();
        await using var database = await CreateAsync(heard);
        await database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoomDb>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            services.GetRequiredService<Outbox>().Add(new Rang(1));
            await db.SaveChangesAsync();
        });
        await DeliverAsync(database);
        heard.ShouldBeEmpty();
    }

    [Fact]
    public async Task News_that_a_handler_refused_waits_and_does_not_block_the_rest()
    {
        var heard = new List<int>();
        await using var database = await CreateAsync(heard);
        await TellAsync(database, -1);
        await TellAsync(database, 2);
        await DeliverAsync(database);
        heard.ShouldBe([2]);
        (await database.ScalarAsync<int>("SELECT attempts FROM kernel.outbox")).ShouldBe(1);
    }

    private Task<TestDatabase> CreateAsync(List<int> heard) =>
        postgres.CreateAsync(services =>
            services.AddSingleton(heard).AddEventHandler<Rang, Listener>()
        );

    private static Task TellAsync(TestDatabase database, int number) =>
        database.InScopeAsync(async services =>
        {
            services.GetRequiredService<Outbox>().Add(new Rang(number));
            await services.GetRequiredService<NetRoomDb>().SaveChangesAsync();
        });

    private static Task DeliverAsync(TestDatabase database) =>
        database.InScopeAsync(services =>
            services.GetRequiredService<Outbox>().DeliverNowAsync(CancellationToken.None)
        );
}
