using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetRoom.Billing.Sweeping;
using NetRoom.Generation.Direct;
using NetRoom.Generation.History;
using NetRoom.Generation.Media;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Kernel.Jobs;
using NetRoom.Kernel.Texts;

namespace NetRoom.Generation;

public static class GenerationModule
{
    public static IHostApplicationBuilder AddGeneration(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<GenerationOptions>(
            builder.Configuration.GetSection("Generation")
        );
        builder.Services.AddGenerationCore();
        builder.Services.AddScheduledJob<EventRetention>("0 17 * * * ?");
        return builder;
    }

    /// <summary>All but the scheduled jobs.</summary>
    public static IServiceCollection AddGenerationCore(this IServiceCollection services)
    {
        services.AddModule<GenerationModel>("generation");
        services.AddProblemTexts<GenerationText>("generation");
        services.AddSingleton<LiveRuns>();
        services.AddSingleton<Quotes.Quotes>();
        services.AddSingleton<RunExecution>();
        services.AddSingleton<RunBell>();
        services.AddHostedService(provider => provider.GetRequiredService<RunBell>());
        services.AddHostedService<RunJournal>();
        services.AddHostedService<RunKeeper>();
        services.AddSingleton<DirectLedger>();
        services.AddSingleton<DirectRuns>();
        services.AddSingleton<IDirectRuns>(provider => provider.GetRequiredService<DirectRuns>());
        services.AddSingleton<IRunOwner>(provider => provider.GetRequiredService<DirectRuns>());
        services.AddSingleton<IMediaRuns, MediaRuns>();
        services.AddScoped<Settlement>();
        services.AddScoped<IHoldOwner, RunHolds>();
        services.AddScoped<IGenerations, Generations>();
        services.AddScoped<IRunHistory, RunHistory>();
        return services;
    }
}
