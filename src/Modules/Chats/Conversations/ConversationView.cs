using NetRoom.Catalog;
using NetRoom.Chats.Sending;

namespace NetRoom.Chats.Conversations;

/// <summary>An answer beside the model that gave it.</summary>
public sealed record Line(Message Message, ModelInfo? Model, bool IsLast);

/// <summary>What the page of a conversation shows.</summary>
/// <param name="Earlier">Where the messages before these are, or null.</param>
/// <param name="KeptUntil">When the newest message goes.</param>
public sealed record ConversationView(
    Conversation Conversation,
    IReadOnlyList<Line> Lines,
    string? Earlier,
    DateTimeOffset KeptUntil,
    TimeSpan Offset,
    ComposerView Composer
);
