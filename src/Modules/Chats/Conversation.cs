using NetRoom.Generation;
using NetRoom.Kernel;

namespace NetRoom.Chats;

public sealed class Conversation
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Title { get; set; }
    public required string ModelId { get; set; }
    public string? Effort { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A question of a person, or an answer to one.</summary>
public sealed class Message
{
    public required Guid Id { get; init; }
    public required Guid ConversationId { get; init; }

    /// <summary>Set on answers.</summary>
    public Guid? QuestionId { get; init; }
    public required string Text { get; init; }
    public string Reasoning { get; init; } = "";
    public int Ascii { get; init; }
    public int Other { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public Guid? RunId { get; init; }
    public string? ModelId { get; init; }
    public RunState? State { get; init; }
    public string? Failure { get; init; }
    public bool Truncated { get; init; }
    public long ChargedMicro { get; init; }
    public bool Estimated { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    public bool IsQuestion => QuestionId is null;
    public Money Charged => new(ChargedMicro);
    public TextSize Size => new(Ascii, Other);

    /// <summary>Whether a later prompt should hold it: what failed is not part of the conversation.</summary>
    public bool IsSpoken =>
        IsQuestion || (State is RunState.Completed or RunState.Stopped && Text.Length > 0);
}
