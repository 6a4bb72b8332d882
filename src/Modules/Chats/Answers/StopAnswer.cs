using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;

namespace NetRoom.Chats.Answers;

internal static class StopAnswer
{
    public static async Task<IResult> HandleAsync(
        Guid id,
        Guid answerId,
        HttpContext context,
        NetRoomDb db,
        ICurrentAccount me,
        IGenerations generations,
        CancellationToken cancel
    )
    {
        var runId = await db.AnswersOf(me.Id)
            .Where(answer => answer.Id == answerId && answer.ConversationId == id)
            .Select(answer => answer.RunId)
            .SingleOrDefaultAsync(cancel);
        if (runId is null)
            return Problem.NotFound().ToResult();
        await generations.StopAsync(me.Id, runId.Value, cancel);
        return context.Request.IsFragment()
            ? TypedResults.NoContent()
            : TypedResults.Redirect($"/c/{id}");
    }
}

internal static class AnswerQueries
{
    /// <summary>Answers in conversations of this account: the only way to reach one.</summary>
    public static IQueryable<Message> AnswersOf(this NetRoomDb db, Guid accountId) =>
        from message in db.Set<Message>()
        join conversation in db.Set<Conversation>() on message.ConversationId equals conversation.Id
        where conversation.AccountId == accountId && message.QuestionId != null
        select message;
}
