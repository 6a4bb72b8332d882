namespace NetRoom.AppTests.Browser.Support;

/// <summary>How somebody looks at the site: language, tab, colours, and whether scripts run.</summary>
public sealed record Look(string Language = "en-US", bool Phone = false, bool Script = true)
{
    public static Look Desktop { get; } = new();
    public static Look Hand { get; } = new(Phone: true);
}
