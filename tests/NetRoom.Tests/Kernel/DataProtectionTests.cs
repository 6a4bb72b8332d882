using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Kernel;

[Collection(PostgresCollection.Name)]
public sealed class DataProtectionTests(Postgres postgres)
{
    [Fact]
    public async Task A_restart_or_another_node_reads_what_this_one_has_sealed()
    {
        await using var database = await postgres.CreateAsync(_ => { });
        var sealedText = Protector(database.Services).Protect("a cookie");

        var services = new ServiceCollection()
            .AddLogging()
            .AddKernelData(database.ConnectionString);
        await using var restarted = services.BuildServiceProvider();
        Protector(restarted).Unprotect(sealedText).ShouldBe("a cookie");
        (
            await database.ScalarAsync<long>("SELECT count(*) FROM kernel.data_protection_key")
        ).ShouldBe(1);
    }

    private static IDataProtector Protector(IServiceProvider services) =>
        services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
