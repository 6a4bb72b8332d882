using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Kernel.Data;

namespace NetRoom.Kernel.Events;

internal sealed class OutboxMessage
{
    public required Guid Id { get; init; }
    public required string Topic { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset NextAt { get; set; }
    public int Attempts { get; set; }
    public string? LastError { get; set; }
}

/// <summary>
/// Tells the modules above of something that happened. Runs in the transaction that removes the message, so its effects
/// happen once; it may be tried again after a failure.
/// </summary>
public interface IEventHandler<in TEvent>
{
    Task HandleAsync(TEvent news, CancellationToken cancel);
}

/// <summary>Upward news: written with the facts, delivered in this process or another soon after the commit.</summary>
public sealed class Outbox(NetRoomDb db, OutboxDispatcher dispatcher, TimeProvider clock)
{
    private readonly List<Guid> added = [];

    /// <summary>Adds the event to the context; it is saved with everything else.</summary>
    public void Add<TEvent>(TEvent news)
        where TEvent : notnull
    {
        var (id, now) = (Ids.New(), clock.GetUtcNow());
        added.Add(id);
        db.Add(
            new OutboxMessage
            {
                Id = id,
                Topic = OutboxTopics.Of(typeof(TEvent)),
                Body = JsonSerializer.Serialize(news),
                CreatedAt = now,
                NextAt = now,
            }
        );
    }

    /// <summary>After the commit: delivers what waits before the caller goes on, so that the next page already shows it.</summary>
    public async Task DeliverNowAsync(CancellationToken cancel)
    {
        await dispatcher.DeliverAsync(cancel);
        // Somebody else may be delivering ours at this moment: this waits for their transaction.
        if (added.Count > 0)
            await db.Database.ExecuteSqlAsync(
                $"SELECT 1 FROM kernel.outbox WHERE id = ANY ({added.ToArray()}) FOR SHARE",
                cancel
            );
    }
}

/// <summary>How a handler is found by the topic of a message.</summary>
internal sealed record OutboxSubscription(
    string Topic,
    Func<IServiceProvider, string, CancellationToken, Task> HandleAsync
)
{
    public static OutboxSubscription For<TEvent, THandler>()
        where THandler : class, IEventHandler<TEvent> =>
        new(
            OutboxTopics.Of(typeof(TEvent)),
            (services, body, cancel) =>
                services
                    .GetRequiredService<THandler>()
                    .HandleAsync(JsonSerializer.Deserialize<TEvent>(body)!, cancel)
        );
}

internal static class OutboxTopics
{
    public static string Of(Type news) => news.FullName!;
}
