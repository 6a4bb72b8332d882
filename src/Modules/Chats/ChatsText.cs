namespace NetRoom.Chats;

/// <summary>Names the module's texts (ChatsText.resx, ChatsText.ru.resx) for IStringLocalizer.</summary>
public sealed class ChatsText;
