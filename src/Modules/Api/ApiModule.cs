using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts;
using NetRoom.Accounts.Settings;
using NetRoom.Api.Account;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Api.Idempotency;
using NetRoom.Api.Keys;
using NetRoom.Api.Limits;
using NetRoom.Api.Media;
using NetRoom.Api.Pages;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Jobs;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Api;

/// <summary>The doors for programs: OpenAI's and Anthropic's protocols, and what is ours beside them.</summary>
public static class ApiModule
{
    public static IHostApplicationBuilder AddApi(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddApiData();
        services.AddProblemTexts<ApiText>("api");
        services
            .AddOptions<ApiLimitsOptions>()
            .BindConfiguration(ApiLimitsOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddTextCalls();
        services.AddMediaCalls();
        services.AddSingleton<RequestMeters>();
        services
            .AddOptions<IdempotencyOptions>()
            .BindConfiguration(IdempotencyOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<Claims>();
        services.AddScheduledJob<ForgetRequests>("0 41 * * * ?");
        services.AddSingleton<IStartupFilter, ApiDoor>();
        services
            .AddOptions<ApiOptions>()
            .BindConfiguration(ApiOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddScoped<KeyScreens>();
        services.AddSingleton<IFramePart, ApiBarLink>();
        services.AddEventHandler<AccountReclaimed, RevokeReclaimed>();
        services.AddEventHandler<AccountBlocked, RevokeReclaimed>();
        services.AddSingleton(
            new SettingsTab(
                70,
                ManageKeys.Address,
                services => services.GetRequiredService<IStringLocalizer<ApiText>>()["API keys"]
            )
        );
        services.AddApiDocument();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUse>());
        return builder;
    }

    /// <summary>The part that needs no web: schema and keys. Tests and benches start here.</summary>
    internal static IServiceCollection AddApiData(this IServiceCollection services)
    {
        services.AddModule<ApiModel>(ApiModel.Schema);
        services.AddSingleton<KeyCache>();
        services.AddSingleton<KeyUse>();
        services.AddScoped<ApiKeys>();
        return services;
    }

    /// <summary>After the kernel's pipeline: the key is checked once the endpoint is known.</summary>
    public static void MapApi(this WebApplication app)
    {
        app.UseMiddleware<KeyCheck>();
        app.UseMiddleware<RateGate>();
        app.UseMiddleware<IdempotencyGate>();

        app.MapApiDocument();
        app.MapGet("/api", ShowApi.Handle).AllowAnonymous();
        var keys = app.MapGroup("").RequireAuthorization(Policies.SignedIn);
        keys.MapGet("/settings/api-keys", ManageKeys.ShowAsync);
        keys.MapPost("/settings/api-keys", ManageKeys.CreateAsync).RequireFormToken();
        keys.MapGet("/settings/api-keys/{id:guid}/revoke", ManageKeys.AskAsync);
        keys.MapPost("/settings/api-keys/{id:guid}/revoke", ManageKeys.RevokeAsync)
            .RequireFormToken();

        var v1 = app.MapGroup("").ForKeys();
        v1.MapText();
        v1.MapMedia();
        v1.MapGet("/v1/models", ListModels.List);
        v1.MapGet("/v1/models/{id}", ListModels.Show);
        v1.MapGet("/v1/balance", ShowBalance.HandleAsync).Needs(ApiScopes.Account);
        v1.MapGet("/v1/usage", ListUsage.HandleAsync).Needs(ApiScopes.Account);
        v1.MapGet("/v1/generations/{id}", ShowGeneration.HandleAsync).Needs(ApiScopes.Account);
        app.MapUnknownAddresses();
    }
}
