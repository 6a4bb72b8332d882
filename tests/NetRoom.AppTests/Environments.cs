namespace NetRoom.AppTests;

[Collection(NetRoomApp.Collection)]
public sealed class Environments(NetRoomApp app)
{
    [Fact]
    public async Task Health_is_200()
    {
        var reply = await app.Visitor().OpenAsync("/health");
        reply.Status.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData(null)]
    public async Task The_sandbox_refuses_to_start_in_production_with_one_sentence(
        string? environment
    )
    {
        await using var sandbox = await ChildProcess.StartAsync(
            "NetRoom.Sandbox",
            ["--urls", "http://127.0.0.1:0"],
            new Dictionary<string, string?> { ["ASPNETCORE_ENVIRONMENT"] = environment }
        );
        (await sandbox.ExitCodeAsync()).ShouldBe(1);
        await Eventually.TrueAsync(() => Task.FromResult(sandbox.Output.Length > 0), "its words");
        sandbox
            .Output.Split('\n')
            .ShouldHaveSingleItem()
            .ShouldContain("does not start in the Production environment");
    }
}
