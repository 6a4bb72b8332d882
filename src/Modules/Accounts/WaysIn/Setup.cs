using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.Settings;
using NetRoom.Accounts.WaysIn.Linking;
using NetRoom.Accounts.WaysIn.Providers;
using NetRoom.Accounts.WaysIn.Telegram;
using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts.WaysIn;

/// <summary>Sign-in by Google, Yandex and Telegram, and linking them to an account.</summary>
internal static class Setup
{
    /// <summary>Bytes of a provider's answer.</summary>
    private const int LongestAnswer = 256 * 1024;

    public static void AddWaysIn(this IServiceCollection services)
    {
        services.AddSignInSettings();
        services.AddProblemTexts<WaysText>("ways");
        services
            .AddHttpClient(
                ProviderCalls.HttpClientName,
                (provider, client) =>
                {
                    client.Timeout = provider
                        .GetRequiredService<IOptions<SignInOptions>>()
                        .Value.Timeout;
                    client.MaxResponseContentBufferSize = LongestAnswer;
                }
            )
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }
            );
        services.AddSingleton<ProviderCalls>();
        services.AddSingleton<ProviderKeys>();
        services.AddSingleton<IdTokens>();
        services.AddSingleton<IWayIn, GoogleWay>();
        services.AddSingleton<IWayIn, YandexWay>();
        services.AddSingleton<IWayIn, TelegramWay>();
        services.AddSingleton<UsedProofs>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<PendingSignUps>();
        services.AddScoped<Arrival>();
        services.AddScoped<FinishWayIn>();
        services.AddScoped<CompleteSignUp>();
        services.AddScoped<EnterFromTelegram>();
        services.AddScoped<EnterByWidget>();
        services.AddScoped<LinkWay>();
        services.AddScoped<ShowWaysIn>();
        services.AddScoped<UnlinkWay>();
        services.AddScoped<AddPassword>();
        services.AddSingleton(
            new SettingsTab(
                20,
                ShowWaysIn.Address,
                provider =>
                    provider.GetRequiredService<IStringLocalizer<WaysText>>()["Ways to sign in"]
            )
        );
    }

    public static void MapWaysIn(this IEndpointRouteBuilder routes)
    {
        StartWayIn.Map(routes);
        FinishWayIn.Map(routes);
        CompleteSignUp.Map(routes);
        EnterFromTelegram.Map(routes);
        EnterByWidget.Map(routes);
        LinkWay.Map(routes);
        ShowWaysIn.Map(routes);
        UnlinkWay.Map(routes);
        AddPassword.Map(routes);
    }

    /// <summary>The way of this name, if the operator has it on.</summary>
    public static IWayIn? Find(this IEnumerable<IWayIn> ways, string provider) =>
        ways.FirstOrDefault(way => way.IsOn && way.Provider == provider);
}
