namespace NetRoom.Sandbox.Answers;

internal enum StepKind
{
    Text,
    Reasoning,

    /// <summary>Reasoning that is counted and takes time, but is never shown.</summary>
    HiddenReasoning,
    Refusal,
    Pause,
    Comment,

    /// <summary>Usage so far, before the end.</summary>
    Usage,

    /// <summary>The message begins again.</summary>
    Restart,

    /// <summary>An error object inside the stream; nothing follows.</summary>
    Error,

    /// <summary>Nothing more comes, and the connection stays open.</summary>
    Silence,

    /// <summary>The connection is dropped.</summary>
    Abort,
}

/// <summary>One step of an answer; the protocol writers give it a wire form.</summary>
internal readonly record struct Step(
    StepKind Kind,
    ReadOnlyMemory<char> Words,
    int Tokens,
    TimeSpan Time
)
{
    public static readonly Step Abort = new(StepKind.Abort, default, 0, default);
    public static readonly Step Silence = new(StepKind.Silence, default, 0, default);
    public static readonly Step Error = new(StepKind.Error, default, 0, default);
    public static readonly Step Restart = new(StepKind.Restart, default, 0, default);
    public static readonly Step Usage = new(StepKind.Usage, default, 0, default);

    public static Step Token(StepKind kind, ReadOnlyMemory<char> words) =>
        new(kind, words, 1, default);

    public static Step Pause(TimeSpan time) => new(StepKind.Pause, default, 0, time);

    /// <summary>A line that is no event: a comment, or empty.</summary>
    public static Step Comment(string line) => new(StepKind.Comment, line.AsMemory(), 0, default);

    public static IEnumerable<Step> Texts(string text) => Each(StepKind.Text, text);

    public static IEnumerable<Step> Each(StepKind kind, string text) =>
        Tokenizer.Split(text).Select(words => Token(kind, words));
}
