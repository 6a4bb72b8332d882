using System.Globalization;

namespace NetRoom.Billing.Statements;

/// <summary>What a movement is (product F1).</summary>
public enum MovementType
{
    Debit,
    Credit,
    Refund,
    Adjustment,
}

/// <summary>What a movement is about (product F1).</summary>
public enum MovementCategory
{
    Text,
    Image,
    Video,
    Audio,
    Files,
    TopUp,
    Referral,
    Bonus,
    Pack,
    Subscription,
    Other,
}

public enum StatementShow
{
    All,
    Spending,
    Credits,

    /// <summary>Refunds and corrections.</summary>
    Refunds,
}

/// <summary>Which lines of the statement are asked for.</summary>
/// <param name="Month">The first day of a month on the wallet's clock.</param>
public sealed record StatementQuery(StatementShow Show, MovementCategory? Category, DateOnly? Month)
{
    private const string MonthFormat = "yyyy-MM";

    public static readonly StatementQuery Whole = new(StatementShow.All, null, null);

    /// <summary>Of an address; what it cannot mean is left out.</summary>
    public static StatementQuery Of(string? show, string? category, string? month) =>
        new(
            Parsed<StatementShow>(show) ?? StatementShow.All,
            Parsed<MovementCategory>(category),
            DateOnly.TryParseExact(
                month,
                MonthFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var first
            )
                ? first
                : null
        );

    public bool IsWhole => this == Whole;

    public string Key => Word(Show);

    public string? MonthKey => Month?.ToString(MonthFormat, CultureInfo.InvariantCulture);

    public string Address(string path, string? key = null, long? number = null)
    {
        List<string> parts = [];
        if (Show != StatementShow.All)
            parts.Add("show=" + Word(Show));
        if (Category is { } category)
            parts.Add("category=" + Word(category));
        if (MonthKey is { } month)
            parts.Add("month=" + month);
        if (key is not null)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{key}={number}"));
        return parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }

    internal static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();

    private static TEnum? Parsed<TEnum>(string? word)
        where TEnum : struct, Enum =>
        word is { Length: > 0 }
        && char.IsAsciiLetter(word[0])
        && Enum.TryParse<TEnum>(word, ignoreCase: true, out var value)
        && Enum.IsDefined(value)
            ? value
            : null;
}
