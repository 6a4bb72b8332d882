using System.Diagnostics;
using NetRoom.Kernel;
using NetRoom.Tests.Architecture;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api.Text;

/// <summary>The official packages for JavaScript as clients: tests/sdk, run by node.</summary>
[Collection(PostgresCollection.Name)]
public sealed class NodeSdkTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("openai.mjs")]
    [InlineData("anthropic.mjs")]
    public async Task It_cannot_tell_us_from_the_original(string script)
    {
        var start = new ProcessStartInfo("node", Path.Combine("tests", "sdk", script))
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["NETROOM_URL"] = api.Address.ToString().TrimEnd('/');
        start.Environment["NETROOM_KEY"] = api.Key;
        using var node = Process.Start(start)!;
        var said = node.StandardOutput.ReadToEndAsync();
        var failed = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        (node.ExitCode, (await said).Trim()).ShouldBe((0, "ok"), await failed);
        // Cancelled calls are settled as well, and everything else has been.
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }
}
