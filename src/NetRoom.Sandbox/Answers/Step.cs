namespace NetRoom.Sandbox.Answers;

internal enum StepKind
{
    Text,
    Reasoning,

    /// <summary>Reasoning that is counted and takes time, but is never shown.</summary>
    HiddenReasoning,
    Refusal,

    /// <summary>A call of the tool that the step names; its words are the arguments.</summary>
    ToolCall,

    /// <summary>A search of the web; its words are the query.</summary>
    Search,

    /// <summary>Text that the found source supports.</summary>
    Cited,
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
    TimeSpan Time,
    string Name = ""
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

    public static Step ToolCall(string name, string arguments) =>
        new(
            StepKind.ToolCall,
            arguments.AsMemory(),
            Tokenizer.Count(name) + Tokenizer.Count(arguments),
            default,
            name
        );

    public static Step Search(string query) => new(StepKind.Search, query.AsMemory(), 0, default);

    public static Step Cited(string text) =>
        new(StepKind.Cited, text.AsMemory(), Tokenizer.Count(text), default);

    public static IEnumerable<Step> Texts(string text) => Each(StepKind.Text, text);

    public static IEnumerable<Step> Each(StepKind kind, string text) =>
        Tokenizer.Split(text).Select(words => Token(kind, words));
}
