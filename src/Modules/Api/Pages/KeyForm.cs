using System.Globalization;
using NetRoom.Api.Callers;
using NetRoom.Api.Keys;
using NetRoom.Kernel;

namespace NetRoom.Api.Pages;

/// <summary>A new key as it was typed.</summary>
public sealed record KeyForm
{
    /// <summary>Of the key that is to be: the same form sent twice makes one.</summary>
    public Guid Id { get; init; }
    public string? Name { get; init; }
    public string[]? Scopes { get; init; }

    /// <summary>Ids of the catalogue; none: all.</summary>
    public string[]? Models { get; init; }

    /// <summary>Roubles; empty for no limit.</summary>
    public string? Day { get; init; }
    public string? Month { get; init; }

    /// <summary>After which it expires; none for never.</summary>
    public int? Days { get; init; }

    /// <summary>Longer than anybody can mean.</summary>
    private const int MostDays = 3_660;
    private const int LongestName = 80;
    private const decimal MostRoubles = 1_000_000_000;

    public static KeyForm Blank() =>
        new() { Id = Ids.New(), Scopes = [.. KeyScopes.All.Select(scope => scope.Name)] };

    public bool Has(string scope) => Scopes?.Contains(scope) == true;

    public bool Names(string model) => Models?.Contains(model) == true;

    /// <summary>The problem's first argument is the field.</summary>
    internal Outcome<NewApiKey> Parse(Func<string, bool> isModel, DateTimeOffset now)
    {
        var name = Name?.Trim() ?? "";
        if (name.Length is 0 or > LongestName)
            return new Problem(ProblemKind.Invalid, "api.name_needed", nameof(Name));
        var scopes = KeyScopes
            .All.Where(scope => Has(scope.Name))
            .Aggregate(ApiScopes.None, (all, scope) => all | scope.Scope);
        if (scopes == ApiScopes.None)
            return new Problem(ProblemKind.Invalid, "api.scope_needed", nameof(Scopes));
        if (!TryRoubles(Day, out var day))
            return new Problem(ProblemKind.Invalid, "api.limit_invalid", nameof(Day));
        if (!TryRoubles(Month, out var month))
            return new Problem(ProblemKind.Invalid, "api.limit_invalid", nameof(Month));
        var models = Models ?? [];
        if (!Array.TrueForAll(models, model => isModel(model)) || Days is < 1 or > MostDays)
            return new Problem(ProblemKind.Invalid, "api.key_invalid");
        return new NewApiKey(
            name,
            scopes,
            models,
            day,
            month,
            Days is { } days ? now.AddDays(days) : null
        )
        {
            Id = Id,
        };
    }

    /// <summary>With a point or a comma, in whole kopecks.</summary>
    private static bool TryRoubles(string? typed, out Money? amount)
    {
        amount = null;
        var plain = string.Concat(
            (typed ?? "").Where(letter => !char.IsWhiteSpace(letter) && letter != '₽')
        );
        if (plain.Length == 0)
            return true;
        if (
            !decimal.TryParse(
                plain.Replace(',', '.'),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var roubles
            )
            || roubles > MostRoubles
            || roubles * 100 % 1 != 0
        )
            return false;
        amount = Money.Kopecks((long)(roubles * 100));
        return true;
    }
}
