using System.Globalization;
using System.Text.RegularExpressions;
using NetRoom.Kernel;

namespace NetRoom.Billing.Limits;

/// <summary>As it was typed: roubles, empty for none.</summary>
public sealed partial record LimitsForm
{
    public string? Message { get; init; }
    public string? Day { get; init; }
    public string? Month { get; init; }
    public string? Zone { get; init; }

    /// <summary>Typed instead of chosen.</summary>
    public string? OtherZone { get; init; }

    /// <summary>Those that people who read Russian live in, and a few more; any other may be typed.</summary>
    public static readonly string[] CommonZones =
    [
        "Europe/Kaliningrad",
        "Europe/Moscow",
        "Europe/Samara",
        "Asia/Yekaterinburg",
        "Asia/Omsk",
        "Asia/Novosibirsk",
        "Asia/Krasnoyarsk",
        "Asia/Irkutsk",
        "Asia/Yakutsk",
        "Asia/Vladivostok",
        "Asia/Magadan",
        "Asia/Kamchatka",
        "Europe/Minsk",
        "Asia/Almaty",
        "Asia/Tashkent",
        "Asia/Tbilisi",
        "Asia/Yerevan",
        "Asia/Baku",
        "Europe/Istanbul",
        "Europe/Berlin",
        "Europe/London",
        "America/New_York",
        "America/Los_Angeles",
        "Asia/Dubai",
        "Asia/Bangkok",
        "Asia/Shanghai",
        "UTC",
    ];

    public static LimitsForm Of(PersonalLimits limits, CultureInfo culture) =>
        new()
        {
            Message = Typed(limits.Message, culture),
            Day = Typed(limits.Day, culture),
            Month = Typed(limits.Month, culture),
            Zone = limits.Zone,
        };

    public string ChosenZone =>
        OtherZone?.Trim() is { Length: > 0 } other ? other
        : Zone is { Length: > 0 } ? Zone
        : SpendingLimits.UsualZone;

    /// <summary>The code of the problem is that of the field.</summary>
    public Outcome<PersonalLimits> Parse()
    {
        if (!TryRoubles(Message, out var message))
            return new Problem(ProblemKind.Invalid, "billing.limit_invalid", nameof(Message));
        if (!TryRoubles(Day, out var day))
            return new Problem(ProblemKind.Invalid, "billing.limit_invalid", nameof(Day));
        if (!TryRoubles(Month, out var month))
            return new Problem(ProblemKind.Invalid, "billing.limit_invalid", nameof(Month));
        return IsZone(ChosenZone)
            ? new PersonalLimits(message, day, month, ChosenZone)
            : UnknownZone;
    }

    public static Problem UnknownZone =>
        new(ProblemKind.Invalid, "billing.zone_unknown", nameof(OtherZone));

    /// <summary>Whole kopecks, with a point or a comma, spaces between thousands.</summary>
    private static bool TryRoubles(string? typed, out Money? amount)
    {
        amount = null;
        var plain = string.Concat(
            (typed ?? "").Where(letter => !char.IsWhiteSpace(letter) && letter != '₽')
        );
        if (plain.Length == 0)
            return true;
        var match = Roubles().Match(plain);
        if (!match.Success)
            return false;
        var kopecks = match.Groups["k"].Value.PadRight(2, '0');
        amount =
            Money.Roubles(long.Parse(match.Groups["r"].Value, CultureInfo.InvariantCulture))
            + Money.Kopecks(long.Parse(kopecks, CultureInfo.InvariantCulture));
        return true;
    }

    private static bool IsZone(string zone) =>
        zone.Length <= 60
        && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
        && found.HasIanaId;

    private static string? Typed(Money? amount, CultureInfo culture) =>
        amount?.ToExactString(culture).Replace("\u00A0₽", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?<r>\d{1,9})(?:[.,](?<k>\d{0,2}))?\z", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Roubles();
}
