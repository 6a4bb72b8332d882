namespace NetRoom.Accounts.Cookies;

/// <summary>A cookie that this service sets, as /cookies tells of it.</summary>
/// <param name="Purpose">The key of a sentence in CookieText.</param>
/// <param name="Term">The same of its longest life.</param>
public sealed record CookieLine(string Name, string Purpose, string Term, bool IsNecessary = true)
{
    /// <summary>All of them: a test reads the sources and an evening of a person's cookies, and finds no other.</summary>
    public static IReadOnlyList<CookieLine> All { get; } =
    [
        new("__Host-nr-at", "purpose.access", "term.minutes10"),
        new("__Host-nr-rt", "purpose.refresh", "term.days30"),
        new("__Host-nr-af", "purpose.forms", "term.session"),
        new("__Host-nr-kd", "purpose.device", "term.days180"),
        new("__Host-nr-w-…", "purpose.way", "term.minutes10"),
        new("__Host-nr-new", "purpose.newcomer", "term.minutes30"),
        new("__Host-nr-step", "purpose.step", "term.minutes10"),
        new("__Host-nr-pk", "purpose.passkey", "term.minutes5"),
        new("__Host-nr-em", "purpose.frame", "term.days30"),
        new("nr-lang", "purpose.language", "term.year"),
        new("nr-theme", "purpose.theme", "term.year"),
        new("nr-usd", "purpose.dollars", "term.year"),
        new("nr-tz", "purpose.clock", "term.year"),
        new("nr-notice", "purpose.notice", "term.minute"),
        new("nr-later", "purpose.later", "term.days60"),
        new("nr-cookies", "purpose.choice", "term.days180"),
        new("nr-from", "purpose.origin", "term.origin", IsNecessary: false),
    ];
}
