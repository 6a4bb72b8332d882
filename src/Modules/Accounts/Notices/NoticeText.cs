namespace NetRoom.Accounts.Notices;

/// <summary>Names the texts of sessions and notices (NoticeText.resx, NoticeText.ru.resx) for IStringLocalizer.</summary>
public sealed class NoticeText;
