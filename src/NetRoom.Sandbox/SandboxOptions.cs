namespace NetRoom.Sandbox;

/// <summary>Configuration section <c>Sandbox</c>. Times are milliseconds, paces are tokens a second.</summary>
public sealed class SandboxOptions
{
    /// <summary>Pace of the ordinary models; 0 means no delay at all, before the first token too.</summary>
    public double TokensPerSecond { get; init; } = 60;

    /// <summary>Silence before the first token of an ordinary answer.</summary>
    public int FirstTokenMilliseconds { get; init; } = 150;

    /// <summary>Pace of the <c>slow</c> model.</summary>
    public double SlowTokensPerSecond { get; init; } = 4;

    /// <summary>Length of the <c>slow</c> answer at its pace.</summary>
    public int SlowTokens { get; init; } = 160;

    /// <summary>How long the <c>keepalive</c> fault sends nothing but comments.</summary>
    public int KeepAliveMilliseconds { get; init; } = 3000;

    /// <summary>Shortest prompt that OpenAI caches by itself, in tokens.</summary>
    public int ImplicitCacheMinimumTokens { get; init; } = 1024;

    /// <summary>Shortest prefix that an Anthropic <c>cache_control</c> can store, in tokens.</summary>
    public int ExplicitCacheMinimumTokens { get; init; }

    /// <summary>How many calls the account of calls keeps before it forgets the oldest.</summary>
    public int CallsKept { get; init; } = 100_000;

    /// <summary>Where mail is taken; 0 for any free port.</summary>
    public int SmtpPort { get; init; } = 5325;

    /// <summary>The silence of the recipient <c>slow</c>.</summary>
    public int SmtpSlowMilliseconds { get; init; } = 3000;
}
