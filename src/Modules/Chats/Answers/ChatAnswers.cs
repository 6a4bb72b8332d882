using Microsoft.EntityFrameworkCore;
using NetRoom.Generation;
using NetRoom.Kernel.Data;

namespace NetRoom.Chats.Answers;

/// <summary>Writes the end of a run into its answer, in the transaction that settles it.</summary>
internal sealed class ChatAnswers(NetRoomDb db) : IRunOwner
{
    public const string OriginName = "chat";

    public string Origin => OriginName;

    public Task OnEndedAsync(RunOutcome outcome, CancellationToken cancel)
    {
        // PostgreSQL's text cannot hold a zero character.
        var text = outcome.Text.Replace("\0", "", StringComparison.Ordinal);
        var reasoning = outcome.Reasoning.Replace("\0", "", StringComparison.Ordinal);
        var size = TextSize.Of(text);
        return db.Set<Message>()
            .Where(message => message.Id == outcome.SubjectId)
            .ExecuteUpdateAsync(
                message =>
                    message
                        .SetProperty(it => it.Text, text)
                        .SetProperty(it => it.Reasoning, reasoning)
                        .SetProperty(it => it.Ascii, (int)size.Ascii)
                        .SetProperty(it => it.Other, (int)size.Other)
                        .SetProperty(it => it.State, outcome.State)
                        .SetProperty(it => it.Failure, outcome.Failure)
                        .SetProperty(it => it.Truncated, outcome.Truncated)
                        .SetProperty(it => it.ChargedMicro, outcome.Charged.Micro)
                        .SetProperty(it => it.Estimated, outcome.Estimated)
                        .SetProperty(it => it.EndedAt, outcome.EndedAt),
                cancel
            );
    }
}
