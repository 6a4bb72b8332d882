using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Catalog;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;

namespace NetRoom.Chats.Answers;

/// <summary>
/// Server-sent events of an answer: "block", "reasoning", "reset", then "done" with the finished article. Ids are the run's sequence numbers,
/// so a reader that comes back with Last-Event-ID goes on where it was, on any node.
/// </summary>
internal sealed class StreamAnswer(
    NetRoomDb db,
    ICurrentAccount me,
    IGenerations generations,
    ICatalog catalog,
    AnswerHtml html,
    TimeProvider clock
)
{
    public static async Task HandleAsync(
        Guid id,
        Guid answerId,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        StreamAnswer stream,
        HttpContext context
    )
    {
        var after = int.TryParse(lastEventId, out var seq) && seq > 0 ? seq : 0;
        await stream.RunAsync(id, answerId, after, context);
    }

    private async Task RunAsync(Guid conversationId, Guid answerId, int after, HttpContext context)
    {
        var cancel = context.RequestAborted;
        var query = db.AnswersOf(me.Id)
            .Where(it => it.Id == answerId && it.ConversationId == conversationId);
        if (await query.SingleOrDefaultAsync(cancel) is not { } answer)
        {
            await Problem.NotFound().ToResult().ExecuteAsync(context);
            return;
        }

        var events = new ServerEvents(context.Response, clock);
        await events.StartAsync(cancel);
        try
        {
            if (answer.State == RunState.Running)
            {
                // The connection goes back to the pool: a stream may be long.
                await db.Database.CloseConnectionAsync();
                await FollowAsync(answer, after, events, cancel);
                answer = await query.SingleAsync(cancel);
            }

            var article = await html.RenderAsync(
                answer,
                catalog.Find(answer.ModelId!),
                Preferences.OffsetOf(context)
            );
            await events.WriteAsync("done", new { html = article }, cancel);
        }
        catch (OperationCanceledException)
        {
            // The reader left, or this node does and the browser comes back to another; the run goes on.
        }
    }

    private async Task FollowAsync(
        Message answer,
        int after,
        ServerEvents events,
        CancellationToken cancel
    )
    {
        var view = new LiveAnswer(clock);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var reader = generations
            .ReadAsync(answer.RunId!.Value, 0, leaving.Token)
            .GetAsyncEnumerator(leaving.Token);
        var next = reader.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                // Asked once: a moment later it may be negative, which Task.Delay refuses.
                var due = view.DueIn;
                if (view.HasNews && due > TimeSpan.Zero && !next.IsCompleted)
                    await Task.WhenAny(next, Task.Delay(due, clock, cancel));
                if (view.HasNews && view.DueIn <= TimeSpan.Zero)
                    await view.DrawAsync(events, cancel);
                if (view.HasNews && !next.IsCompleted)
                    continue;
                await events.WaitAsync(next, cancel);
                if (!await next || reader.Current.Kind == RunEventKind.End)
                    return;
                view.Take(reader.Current, after);
                next = reader.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // An iterator that is still waiting cannot be disposed of.
            await leaving.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
