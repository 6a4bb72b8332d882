using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel.Jobs;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Abuse;

internal static class AbuseRegistration
{
    /// <summary>The part that needs no web.</summary>
    public static void AddAbuseData(this IServiceCollection services)
    {
        services.AddSingleton<AbuseKey>();
        services.AddScoped<AbuseCheck>();
        services.AddScoped<PersonSignals>();
        services.AddScoped<IPersonSignals>(provider =>
            provider.GetRequiredService<PersonSignals>()
        );
    }

    public static void AddAbuse(this IServiceCollection services)
    {
        services
            .AddOptions<AbuseOptions>()
            .BindConfiguration(AbuseOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddProblemTexts<AbuseText>("abuse");
        services.AddScheduledJob<SweepSignals>(SweepSignals.Nightly);
        services.AddScoped<ShowAbuse>();
        services.AddScoped<DecideAbuse>();
        services.AddScoped<IFramePart, AbuseLink>();
    }

    public static void MapAbuse(this IEndpointRouteBuilder routes) => DecideAbuse.Map(routes);
}

/// <summary>The way to the queue, in the rail of the owners.</summary>
internal sealed class AbuseLink(ICurrentAccount me) : IFramePart
{
    public FramePlace Place => FramePlace.RailFoot;

    public int Order => 6;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(
            me is { IsSignedIn: true, IsOwner: true }
                ? builder =>
                {
                    builder.OpenComponent<AbuseLinkView>(0);
                    builder.CloseComponent();
                }
                : null
        );
}
