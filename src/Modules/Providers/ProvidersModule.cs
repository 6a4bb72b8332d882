using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NetRoom.Catalog;
using NetRoom.Providers.Anthropic;
using NetRoom.Providers.Gemini;
using NetRoom.Providers.Media;
using NetRoom.Providers.OpenAi;
using NetRoom.Providers.PassThrough;
using NetRoom.Providers.Responses;
using NetRoom.Providers.Routing;
using NetRoom.Providers.Settings;

namespace NetRoom.Providers;

/// <summary>The way out to the providers of models.</summary>
public static class ProvidersModule
{
    internal const string HttpClientName = "NetRoom.Providers";

    /// <summary>Registers <see cref="IProviders"/>. Settings: sections "Providers" and "Sandbox"; wrong ones stop the start.</summary>
    public static IHostApplicationBuilder AddProviders(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ProvidersOptionsSetup>();
        services.AddSingleton<IConfigureOptions<ProvidersOptions>>(provider =>
            provider.GetRequiredService<ProvidersOptionsSetup>()
        );
        services.AddSingleton<IValidateOptions<ProvidersOptions>>(provider =>
            provider.GetRequiredService<ProvidersOptionsSetup>()
        );
        services.AddOptions<ProvidersOptions>().ValidateOnStart();
        services
            .AddHttpClient(HttpClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(Handler)
            // The handler renews its connections itself.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The factory's loggers write headers, and a header holds the key.
            .RemoveAllLoggers();
        services.AddSingleton(
            new ChatProtocol(
                "openai",
                "/openai/v1",
                route => new OpenAiChatClient(route.Http, route.Target, route.Model, route.Time)
            )
        );
        services.AddSingleton(
            new ChatProtocol(
                "anthropic",
                "/anthropic/v1",
                route => new AnthropicChatClient(route.Http, route.Target, route.Model, route.Time),
                NeedsHint: true
            )
        );
        services.AddSingleton(
            new ChatProtocol(
                "gemini",
                "/gemini/v1beta",
                route => new GeminiChatClient(route.Http, route.Target, route.Model, route.Time)
            )
        );
        services.AddSingleton(
            new ChatProtocol(
                "openai-responses",
                "/openai/v1",
                route => new ResponsesChatClient(route.Http, route.Target, route.Model, route.Time)
            )
        );
        services.AddMedia();
        services.AddSingleton<OllamaModels>();
        services.AddSingleton<ProviderTargets>();
        services.AddSingleton<TextTargets>();
        services.AddSingleton<Routes>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<Circuits>();
        services.AddSingleton<Router>();
        services.AddSingleton<IProviders, ProviderDirectory>();
        services.AddSingleton<IPassThrough, PassThrough.PassThrough>();
        services.AddSingleton<IModelAvailability, ProviderAvailability>();
        services.AddHostedService<OllamaProbe>();
        services.AddHostedService<HealthProbe>();
        return builder;
    }

    private static SocketsHttpHandler Handler(IServiceProvider provider) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = provider
                .GetRequiredService<IOptions<ProvidersOptions>>()
                .Value.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // An abandoned answer is cut off, not read to its end at our cost.
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(200),
        };
}
