using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers;

public sealed class SettingsTests
{
    private static IProviders With(params (string Name, string? Value)[] settings) =>
        ProviderBench
            .Build(
                settings.ToDictionary(setting => setting.Name, setting => setting.Value),
                new FakeCatalog("http://localhost:1")
            )
            .Services.GetRequiredService<IProviders>();

    [Theory]
    [InlineData("openai", "OPENAI_API_KEY")]
    [InlineData("anthropic", "ANTHROPIC_API_KEY")]
    [InlineData("groq", "GROQ_API_KEY")]
    [InlineData("openai", "Providers:OpenAI:ApiKey")]
    [InlineData("sandbox-a", "Sandbox:BaseUrl")]
    public void A_provider_with_its_setting_is_available(string provider, string setting)
    {
        With((setting, "http://127.0.0.1:1/"))
            .IsAvailable(FakeCatalog.Model(provider))
            .ShouldBeTrue();
        With((setting, "")).IsAvailable(FakeCatalog.Model(provider)).ShouldBeFalse();
    }

    [Fact]
    public void A_client_of_a_provider_without_a_key_is_refused_with_the_setting_to_make()
    {
        var error = Should.Throw<ProviderException>(() =>
            With().ChatClient(FakeCatalog.Model("openai"))
        );

        error.Kind.ShouldBe(ProviderErrorKind.Key);
        error.Message.ShouldContain("Providers:openai:ApiKey");
    }

    [Theory]
    [InlineData("Providers:OpenAI:BaseUrl", "htp:/nowhere")]
    [InlineData("Providers:OpenAI:BaseUrl", "https://user:secret@example.org")]
    [InlineData("Sandbox:BaseUrl", "localhost")]
    [InlineData("Providers:Groq:IdleTimeout", "-00:00:01")]
    [InlineData("Providers:Anthropic:ApiVersion", "newest")]
    [InlineData("Providers:Anthropic:CacheLifetime", "2h")]
    [InlineData("Providers:OpenAI:ApiKey", "a\nb")]
    [InlineData("Providers:OpenAI:ApiKeys:0", "ключ")]
    public async Task Wrong_settings_stop_the_start(string setting, string value)
    {
        using var host = ProviderBench.Build(
            new Dictionary<string, string?> { [setting] = value },
            new FakeCatalog("http://localhost:1")
        );

        var error = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync());

        error.Message.ShouldContain(setting.Split(':')[1], Case.Insensitive);
    }

    [Fact]
    public async Task Sandbox_providers_are_reached_by_protocol_with_the_sandbox_key()
    {
        await using var server = await ScriptedProvider.StartAsync();
        server.NextStream(Recorded.Anthropic).NextStream(Recorded.OpenAi);
        var providers = With(("Sandbox:BaseUrl", server.Address + "/"));

        await Heard.ListenAsync(providers.ChatClient(FakeCatalog.Model("sandbox-a")));
        await Heard.ListenAsync(providers.ChatClient(FakeCatalog.Model("sandbox-o")));

        server
            .Requests.Select(request => request.Path)
            .ShouldBe(["/anthropic/v1/messages", "/openai/v1/chat/completions"]);
        server.Requests[0].Headers["x-api-key"].ShouldBe("sandbox-key");
    }

    [Fact]
    public async Task Ollama_is_available_while_it_answers()
    {
        var clock = new FakeClock();
        await using var bench = await ProviderBench.StartAsync(clock);
        bench.Providers.IsAvailable(FakeCatalog.Model("ollama")).ShouldBeFalse();
        bench.Server.NextStatus(
            200,
            """{"object":"list","data":[{"id":"llama3.2:latest","object":"model"},{"id":"qwen3"}]}"""
        );
        bench.Server.NextStatus(500, "");

        await bench.StartHostAsync();
        await UntilAsync(() => bench.Providers.IsAvailable(FakeCatalog.Model("ollama")));
        bench.Providers.OllamaModels.ShouldBe(["llama3.2:latest", "qwen3"]);
        bench.Server.Requests[0].Path.ShouldBe("/v1/models");

        clock.Advance(TimeSpan.FromSeconds(30));
        await UntilAsync(() => !bench.Providers.IsAvailable(FakeCatalog.Model("ollama")));
        bench.Providers.OllamaModels.ShouldBeEmpty();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; !holds() && tries < 100; tries++)
            await Task.Delay(20);
        holds().ShouldBeTrue();
    }
}
