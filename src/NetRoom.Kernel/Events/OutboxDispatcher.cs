using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NetRoom.Kernel.Data;

namespace NetRoom.Kernel.Events;

/// <summary>Delivers the outbox, one message a transaction; nodes share the work by SKIP LOCKED.</summary>
public sealed partial class OutboxDispatcher(
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<OutboxDispatcher> log
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await DeliverAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                DeliveryStopped(exception);
            }
        }
    }

    internal async Task DeliverAsync(CancellationToken cancel)
    {
        while (await DeliverOneAsync(cancel)) { }
    }

    private async Task<bool> DeliverOneAsync(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NetRoomDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow();
        var message = await db.Set<OutboxMessage>()
            .FromSql(
                $"SELECT * FROM kernel.outbox WHERE next_at <= {now} ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED"
            )
            .AsTracking()
            .SingleOrDefaultAsync(cancel);
        if (message is null)
            return false;

        try
        {
            foreach (var subscription in scope.ServiceProvider.GetServices<OutboxSubscription>())
                if (subscription.Topic == message.Topic)
                    await subscription.HandleAsync(scope.ServiceProvider, message.Body, cancel);
            db.Remove(message);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await transaction.RollbackAsync(cancel);
            HandlerFailed(exception, message.Topic, message.Id);
            await PostponeAsync(message, exception, cancel);
        }

        return true;
    }

    private async Task PostponeAsync(
        OutboxMessage message,
        Exception exception,
        CancellationToken cancel
    )
    {
        var wait = TimeSpan.FromSeconds(
            Math.Min(Math.Pow(2, message.Attempts), LongestWait.TotalSeconds)
        );
        await using var scope = scopes.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<NetRoomDb>()
            .Set<OutboxMessage>()
            .Where(row => row.Id == message.Id)
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(it => it.Attempts, it => it.Attempts + 1)
                        .SetProperty(it => it.NextAt, clock.GetUtcNow() + wait)
                        .SetProperty(it => it.LastError, exception.GetType().Name),
                cancel
            );
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Handling {Topic} {MessageId} failed; it will be tried again"
    )]
    private partial void HandlerFailed(Exception exception, string topic, Guid messageId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox could not be read")]
    private partial void DeliveryStopped(Exception exception);
}
