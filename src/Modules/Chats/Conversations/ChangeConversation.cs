using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Chats.Conversations;

/// <summary>Renames a chat.</summary>
internal static class RenameConversation
{
    private const int LongestTitle = 120;

    public static async Task<IResult> HandleAsync(
        Guid id,
        [FromForm] string? title,
        NetRoomDb db,
        ICurrentAccount me,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var name = title?.Replace("\0", "", StringComparison.Ordinal).Trim();
        if (name is not { Length: > 0 and <= LongestTitle })
            return new Problem(ProblemKind.Invalid, "chats.bad_title", LongestTitle).ToResult();
        var renamed = await db.Set<Conversation>()
            .Where(it => it.Id == id && it.AccountId == me.Id)
            .ExecuteUpdateAsync(it => it.SetProperty(row => row.Title, name), cancel);
        if (renamed == 0)
            return new Problem(ProblemKind.NotFound, "chats.gone").ToResult();
        Notice.Leave(context, "Saved");
        return TypedResults.Redirect($"/c/{id}");
    }
}

/// <summary>Deletes a chat; a running answer is stopped first and charged for what it wrote, as Stop does.</summary>
internal static class DeleteConversation
{
    public static async Task<IResult> HandleAsync(
        Guid id,
        NetRoomDb db,
        ICurrentAccount me,
        IGenerations generations,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var running = await Answers
            .AnswerQueries.AnswersOf(db, me.Id)
            .Where(answer => answer.ConversationId == id && answer.State == RunState.Running)
            .Select(answer => answer.RunId)
            .SingleOrDefaultAsync(cancel);
        if (running is { } runId)
            await generations.StopAsync(me.Id, runId, cancel);
        var deleted = await db.Set<Conversation>()
            .Where(it => it.Id == id && it.AccountId == me.Id)
            .ExecuteDeleteAsync(cancel);
        if (deleted == 0)
            return new Problem(ProblemKind.NotFound, "chats.gone").ToResult();
        Notice.Leave(context, "Chat deleted");
        return TypedResults.Redirect("/");
    }
}
