using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace NetRoom.Kernel.Jobs;

/// <summary>Scheduled work that exactly one node does: Quartz, clustered on PostgreSQL.</summary>
public static class Jobs
{
    /// <summary>Declares a job beside its module, in one line. <paramref name="cron"/> is Quartz's form, in UTC.</summary>
    public static IServiceCollection AddScheduledJob<TJob>(
        this IServiceCollection services,
        string cron
    )
        where TJob : class, IJob =>
        services.ConfigureAllQuartzSchedulers(quartz =>
            quartz.ScheduleJob<TJob>(
                trigger =>
                    trigger
                        .WithIdentity(typeof(TJob).Name)
                        .WithCronSchedule(cron, schedule => schedule.InTimeZone(TimeZoneInfo.Utc)),
                job => job.WithIdentity(typeof(TJob).Name)
            )
        );

    internal static void AddKernelJobs(this IServiceCollection services, string connectionString)
    {
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler => scheduler.InstanceId = "AUTO");
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(connectionString);
                store.ConfigureStore(options => options.TablePrefix = "kernel.qrtz_");
                store.ProvisionSchema();
                store.UseClustering();
            });
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }
}
