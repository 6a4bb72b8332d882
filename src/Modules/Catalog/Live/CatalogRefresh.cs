using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace NetRoom.Catalog.Live;

/// <summary>Follows the database every 15 s. While it is away, the last snapshot stays in force.</summary>
internal sealed partial class CatalogRefresh(
    LiveCatalog catalog,
    TimeProvider clock,
    ILogger<CatalogRefresh> log
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var failing = false;
        do
        {
            try
            {
                await catalog.RefreshAsync(stoppingToken);
                failing = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Once an outage, not four times a minute.
                if (!failing)
                    ReadingFailed(exception);
                failing = true;
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The catalogue could not be read; the last known models and prices stay in force"
    )]
    private partial void ReadingFailed(Exception exception);
}
