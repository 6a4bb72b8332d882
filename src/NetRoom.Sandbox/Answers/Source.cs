namespace NetRoom.Sandbox.Answers;

/// <summary>The one page that every search of the sandbox finds.</summary>
internal static class Source
{
    public const string Url = "https://example.org/sandbox";
    public const string Title = "The sandbox's encyclopedia";
    public const string Quote = "Everything here was written by a program.";
}
