using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel;
using NetRoom.Kernel.Security;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Kernel;

[Collection(PostgresCollection.Name)]
public sealed class DataProtectionTests(Postgres postgres)
{
    [Fact]
    public async Task A_restart_or_another_node_reads_what_this_one_has_sealed()
    {
        await using var database = await postgres.CreateAsync(Add);
        var sealedText = Protector(database.Services).Protect("a cookie");

        var services = new ServiceCollection()
            .AddLogging()
            .AddKernelData(database.ConnectionString);
        Add(services);
        await using var restarted = services.BuildServiceProvider();
        Protector(restarted).Unprotect(sealedText).ShouldBe("a cookie");
        (
            await database.ScalarAsync<long>("SELECT count(*) FROM kernel.data_protection_key")
        ).ShouldBe(1);
    }

    private static IDataProtector Protector(IServiceProvider services) =>
        services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private static void Add(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("NetRoom");
        services.AddSingleton<IXmlRepository, DataProtectionKeys>();
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<IXmlRepository>((options, keys) => options.XmlRepository = keys);
    }
}
