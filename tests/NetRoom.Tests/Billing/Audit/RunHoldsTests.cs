using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing.Sweeping;
using NetRoom.Generation;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing.Audit;

[Collection(PostgresCollection.Name)]
public sealed class RunHoldsTests(Postgres postgres)
{
    [Theory]
    [InlineData("0, NULL, NULL", typeof(HoldVerdict.Unknown))]
    [InlineData("2, now(), 0", typeof(HoldVerdict.Failed))]
    [InlineData("1, now(), 5", typeof(HoldVerdict.Unknown))]
    [InlineData(null, typeof(HoldVerdict.Failed))]
    public async Task The_runs_row_says_what_became_of_its_hold(string? end, Type verdict)
    {
        await using var database = await postgres.CreateAsync(services =>
            services.AddModule<GenerationModel>("generation")
        );
        var job = Ids.New();
        if (end is not null)
            await database.ScalarAsync<Guid>(
                $"""
                INSERT INTO generation.run (id, account_id, origin, subject_id, model_id, hold_id, node, lease_until, started_at, state, ended_at, charged_micro)
                VALUES ('{job}', uuidv7(), 'test', uuidv7(), 'm', uuidv7(), uuidv7(), now(), now(), {end}) RETURNING id
                """
            );
        var said = await database.InScopeAsync(services =>
            new RunHolds(services.GetRequiredService<NetRoomDb>()).AskAsync(
                job,
                TimeProvider.System.GetUtcNow(),
                default
            )
        );
        said.ShouldBeOfType(verdict);
    }
}
