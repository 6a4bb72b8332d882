using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Generation;

namespace NetRoom.Chats.Sending;

/// <summary>What of a conversation goes to the model: the newest messages that leave room for an answer. No hidden additions.</summary>
internal static class Prompt
{
    /// <summary>How many of the messages, counted from the newest, fit beside the new question.</summary>
    public static int Fitting(
        ModelInfo model,
        TextSize question,
        IReadOnlyList<TextSize> newestFirst
    )
    {
        // Half of the context is for the past at most; the rest is the question's and the answer's.
        var room = model.ContextTokens / 2 - question.Tokens;
        var count = 0;
        foreach (var size in newestFirst)
        {
            room -= size.Tokens + 4;
            if (room < 0)
                break;
            count++;
        }

        return count;
    }

    public static TextSize Size(
        ModelInfo model,
        TextSize question,
        IReadOnlyList<TextSize> newestFirst
    ) =>
        newestFirst
            .Take(Fitting(model, question, newestFirst))
            .Aggregate(question, (sum, size) => sum + size);

    public static IReadOnlyList<ChatMessage> Messages(
        ModelInfo model,
        Message question,
        IReadOnlyList<Message> newestFirst
    ) =>
        [
            .. newestFirst
                .Take(
                    Fitting(model, question.Size, [.. newestFirst.Select(message => message.Size)])
                )
                .Reverse()
                // A conversation begins with the person: some providers refuse any other.
                .SkipWhile(message => !message.IsQuestion)
                .Append(question)
                .Select(message => new ChatMessage(
                    message.IsQuestion ? ChatRole.User : ChatRole.Assistant,
                    message.Text
                )),
        ];
}
