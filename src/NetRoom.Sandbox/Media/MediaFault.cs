namespace NetRoom.Sandbox.Media;

/// <summary>What a model of media does wrong, by the end of its name: <c>image-fault-429</c>.</summary>
internal enum MediaFault
{
    None,
    RateLimited,
    ServerError,
    Unavailable,
    BadKey,
    OutOfMoney,

    /// <summary>A gateway's 502 with a page for people.</summary>
    HtmlPage,

    /// <summary>Refused by the rules: at once, or as the end of a job.</summary>
    Filtered,

    /// <summary>Takes the request, then drops the connection without an answer.</summary>
    Drop,

    /// <summary>A job that runs and runs.</summary>
    Slow,

    /// <summary>A job that is known once and then no more.</summary>
    Vanish,

    /// <summary>A job that ends in failure.</summary>
    Fail,

    /// <summary>A job that says a word which no reference has, then ends well.</summary>
    OddStatus,

    /// <summary>A finished job whose file can no longer be had.</summary>
    ExpiredUrl,
}

/// <summary>A model's name: what it makes, then <c>sandbox</c> or <c>fault-…</c>.</summary>
internal sealed record MediaModel(string Name, string Kind, MediaFault Fault)
{
    private static readonly Dictionary<string, MediaFault> Faults = new(StringComparer.Ordinal)
    {
        ["429"] = MediaFault.RateLimited,
        ["500"] = MediaFault.ServerError,
        ["503"] = MediaFault.Unavailable,
        ["401"] = MediaFault.BadKey,
        ["quota"] = MediaFault.OutOfMoney,
        ["html"] = MediaFault.HtmlPage,
        ["filtered"] = MediaFault.Filtered,
        ["drop"] = MediaFault.Drop,
        ["slow"] = MediaFault.Slow,
        ["vanish"] = MediaFault.Vanish,
        ["fail"] = MediaFault.Fail,
        ["odd-status"] = MediaFault.OddStatus,
        ["expired-url"] = MediaFault.ExpiredUrl,
    };

    /// <summary>Null when the sandbox has no such model.</summary>
    public static MediaModel? Find(string? name)
    {
        if (name?.Split('-', 3) is not [var kind, var rest, ..] parts)
            return null;
        return (rest, parts.Length) switch
        {
            ("sandbox", 2) => new MediaModel(name, kind, MediaFault.None),
            ("fault", 3) when Faults.TryGetValue(parts[2], out var fault) => new MediaModel(
                name,
                kind,
                fault
            ),
            _ => null,
        };
    }
}
