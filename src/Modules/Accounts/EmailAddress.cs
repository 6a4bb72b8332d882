using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NetRoom.Accounts;

/// <summary>
/// An address as typed (<see cref="Display"/>) and as compared (<see cref="Key"/>). Only its shape is checked: whether it exists, a
/// letter tells.
/// </summary>
internal sealed record EmailAddress(string Display, string Key)
{
    public const int Longest = 254;
    private const int LongestLocal = 64;
    private static readonly SearchValues<char> NeverUnquoted = SearchValues.Create(
        "@<>(),;:\"\\[]"
    );

    public string Local => Key[..Key.LastIndexOf('@')];

    public string Domain => Key[(Key.LastIndexOf('@') + 1)..];

    public static bool TryParse(string? typed, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        var text = typed?.Trim() ?? "";
        if (text.Length is 0 or > Longest || text.Any(char.IsSurrogate))
            return false;
        text = text.Normalize(NormalizationForm.FormC);
        var at = text.LastIndexOf('@');
        if (
            text.Length > Longest
            || at is < 1 or > LongestLocal
            || text.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))
            || text.AsSpan(0, at).ContainsAny(NeverUnquoted)
            || !IsDomain(text[(at + 1)..])
        )
            return false;
        var display = text[..at] + text[at..].ToLowerInvariant();
        address = new EmailAddress(display, display.ToLowerInvariant());
        return true;
    }

    private static bool IsDomain(string domain) =>
        domain.Split('.') is { Length: > 1 } labels
        && labels.All(label =>
            label.Length is > 0 and < 64
            && label[0] != '-'
            && label[^1] != '-'
            && label.All(letter => char.IsLetterOrDigit(letter) || letter == '-')
        );
}
