using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

public sealed class KeyPoolTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    [Fact]
    public async Task A_refused_key_gives_way_to_the_next_and_rests()
    {
        await using var bench = MediaBench.Against(
            sandbox.Address,
            settings:
            [
                ("Providers:openai:ApiKey", "revoked"),
                ("Providers:openai:ApiKeys:0", "sandbox-second"),
            ]
        );

        // Keys share the load: of so many calls some begin with the refused one.
        for (var calls = 0; calls < 16; calls++)
            (await bench.Embeddings("openai").EmbedAsync(new(["a"]))).Vectors.Count.ShouldBe(1);

        var call = await sandbox.LastCallAsync("embed-sandbox");
        call.GetProperty("key").GetString().ShouldBe("sandbox-second");
    }

    [Fact]
    public async Task When_all_keys_are_refused_that_is_what_the_caller_hears()
    {
        await using var bench = MediaBench.Against(
            sandbox.Address,
            settings:
            [
                ("Providers:openai:ApiKey", "revoked"),
                ("Providers:openai:ApiKeys:0", "revoked-too"),
            ]
        );

        (
            await MediaAccounts.FailsAsync(() => bench.Embeddings("openai").EmbedAsync(new(["a"])))
        ).Kind.ShouldBe(ProviderErrorKind.Key);
    }

    [Fact]
    public void A_provider_without_a_key_is_refused_with_the_setting_to_make()
    {
        var bench = MediaBench.Against(sandbox.Address, settings: ("Providers:kling:ApiKey", ""));

        bench.Clients.CanRun(MediaBench.Model("kling", "k", ModelGroup.Video)).ShouldBeFalse();
        Should
            .Throw<ProviderException>(() => bench.Jobs("kling", "k"))
            .Message.ShouldContain("Providers:kling:ApiKey");
    }

    [Theory]
    [InlineData("openai", ModelGroup.Image, true)]
    [InlineData("openai", ModelGroup.Video, false)]
    [InlineData("openai", ModelGroup.Documents, false)]
    [InlineData("bfl", ModelGroup.Image, true)]
    [InlineData("elevenlabs", ModelGroup.Audio, true)]
    [InlineData("mistral", ModelGroup.Image, false)]
    [InlineData("unheard-of", ModelGroup.Image, false)]
    public void A_model_can_run_where_its_provider_has_an_adapter_for_its_kind(
        string provider,
        ModelGroup group,
        bool can
    ) =>
        MediaBench
            .Against(sandbox.Address)
            .Clients.CanRun(MediaBench.Model(provider, "model", group))
            .ShouldBe(can);
}
