namespace NetRoom.Accounts.People;

/// <summary>Names the texts of the operators' pages about people (PeopleText.resx, PeopleText.ru.resx) for IStringLocalizer.</summary>
public sealed class PeopleText;
