using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;
using Quartz;

namespace NetRoom.Chats.Conversations;

/// <summary>Messages live for fourteen days (product H1), then go; a chat goes with its last message.</summary>
internal sealed class Retention(NetRoomDb db, TimeProvider clock) : IJob
{
    public static readonly TimeSpan Term = TimeSpan.FromDays(14);

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    )
    {
        var limit = clock.GetUtcNow() - Term;
        // A question goes with its answers, so that no answer is left hanging.
        await db.Set<Message>()
            .Where(message => message.CreatedAt < limit && message.QuestionId == null)
            .ExecuteDeleteAsync(cancellationToken);
        await db.Set<Conversation>()
            .Where(it =>
                it.UpdatedAt < limit
                && !db.Set<Message>().Any(message => message.ConversationId == it.Id)
            )
            .ExecuteDeleteAsync(cancellationToken);
    }
}
