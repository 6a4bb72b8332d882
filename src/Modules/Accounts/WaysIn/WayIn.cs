using NetRoom.Kernel;

namespace NetRoom.Accounts.WaysIn;

/// <summary>Who a provider says came.</summary>
/// <param name="Provider">As in <see cref="Identity"/>.</param>
/// <param name="Subject">The provider's own id, the only thing an account is known by.</param>
/// <param name="Label">What the provider calls the person, for showing only.</param>
/// <param name="Email">Null if it told none.</param>
/// <param name="EmailProven">Whether it vouches that the person reads the address today.</param>
/// <param name="Language">A hint such as "ru-RU".</param>
internal sealed record ExternalPerson(
    string Provider,
    string Subject,
    string Label,
    string Name,
    string? Email = null,
    bool EmailProven = false,
    string? Language = null
)
{
    private const int LongestName = 80;

    /// <summary>A name from outside, cut to what an account may hold.</summary>
    public static string Shorten(string? name)
    {
        var clean = string.Concat((name ?? "").Where(letter => !char.IsControl(letter))).Trim();
        if (clean.Length <= LongestName)
            return clean;
        return clean[
            ..(char.IsHighSurrogate(clean[LongestName - 1]) ? LongestName - 1 : LongestName)
        ];
    }
}

/// <summary>A provider by whom people sign in with a code.</summary>
internal interface IWayIn
{
    /// <summary>As identities and addresses name it.</summary>
    string Provider { get; }

    /// <summary>As people know it; the same in every language.</summary>
    string Name { get; }

    /// <summary>The operator's switch.</summary>
    bool IsOn { get; }

    /// <summary>What the provider calls itself in a callback (RFC 9207); null if it does not.</summary>
    string? Issuer { get; }

    /// <summary>Where to send the browser.</summary>
    string AddressOf(Attempt attempt);

    /// <summary>
    /// Problems: ways.code_refused (used, old, or another's), ways.answer_wrong (what came back does not hold), ways.email_unproven,
    /// ways.provider_down.
    /// </summary>
    Task<Outcome<ExternalPerson>> RedeemAsync(
        Attempt attempt,
        string code,
        CancellationToken cancel
    );
}
