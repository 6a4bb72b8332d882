using System.Runtime.InteropServices;

namespace NetRoom.Sandbox.Answers;

/// <summary>Why an answer ended.</summary>
internal enum Finish
{
    Stop,
    Length,
    Refusal,
    ToolCalls,
}

/// <summary>Departures from a clean stream that the protocol writers act out.</summary>
[Flags]
internal enum Quirks
{
    None = 0,
    Crlf = 1,
    ByteByByte = 2,
    MultiData = 4,
    NoDone = 8,
    NoUsage = 16,
    ZeroUsage = 32,
    UsageTwice = 64,
    BothReasoning = 128,
}

/// <summary>The speed of an answer: the silence before its first token and the gap between tokens.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Tempo(TimeSpan First, TimeSpan Gap)
{
    public static Tempo None => default;

    public static Tempo Ordinary(SandboxOptions options) =>
        At(options.TokensPerSecond, TimeSpan.FromMilliseconds(options.FirstTokenMilliseconds));

    public static Tempo Slow(SandboxOptions options) =>
        At(options.SlowTokensPerSecond, TimeSpan.FromMilliseconds(options.FirstTokenMilliseconds));

    private static Tempo At(double tokensPerSecond, TimeSpan first) =>
        tokensPerSecond <= 0 ? None : new(first, TimeSpan.FromSeconds(1 / tokensPerSecond));
}

/// <summary>What a model does for one request: steps in order, at a tempo, to an end.</summary>
internal sealed record Answer(IEnumerable<Step> Steps, Tempo Tempo)
{
    public Finish Finish { get; init; } = Finish.Stop;
    public Quirks Quirks { get; init; }

    /// <summary>An answer of plain text, after reasoning where the request asks for it.</summary>
    public static Answer Of(Ask ask, string text, Tempo tempo) =>
        new(Thoughts.Before(ask).Concat(Step.Texts(text)), tempo);
}
