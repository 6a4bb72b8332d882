using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace NetRoom.AppTests;

/// <summary>Every address of the site, kept by hand so that a new one is thought about; a test compares it with the sources.</summary>
internal static partial class Endpoints
{
    /// <summary>Everything that changes something.</summary>
    public static readonly string[] Posts =
    [
        "/sign-up",
        "/sign-in",
        "/sign-out",
        "/preferences/language",
        "/preferences/theme",
        "/chats",
        "/c/{id:guid}/messages",
        "/c/{id:guid}/questions/{questionId:guid}/retry",
        "/c/{id:guid}/answers/{answerId:guid}/stop",
        "/c/{id:guid}/rename",
        "/c/{id:guid}/delete",
        "/balance/plans/buy",
        "/balance/plans/upgrade",
        "/balance/plans/renewal",
        "/balance/plans/refund",
        "/balance/limits",
        "/settings/api-keys",
        "/settings/api-keys/{id:guid}/revoke",
        "/sign-in/again",
        "/forgot-password",
        "/mail-link",
        "/mail-link/use",
        "/prove-email",
        "/settings/email/change",
        "/settings/password",
        "/settings/sessions/{id:guid}/end",
        "/settings/sessions/end-others",
        "/settings/notifications",
        "/sign-in/second-step",
        "/sign-in/passkey",
        "/passkeys/creation",
        "/passkeys/request",
        "/settings/security/app/begin",
        "/settings/security/app",
        "/settings/security/app/remove",
        "/settings/security/codes",
        "/settings/security/passkeys",
        "/settings/security/passkeys/{id:guid}/rename",
        "/settings/security/passkeys/{id:guid}/remove",
        "/sign-in/again/{provider}",
        "/sign-in/telegram/app",
        "/sign-in/telegram/widget",
        "/sign-up/complete",
        "/settings/ways-in/{provider}/link",
        "/settings/ways-in/{provider}/unlink",
        "/settings/ways-in/password",
        "/consent",
        "/consent/later",
        "/cookies",
        "/settings/profile",
        "/settings/privacy/marketing",
        "/settings/privacy/withdraw",
    ];

    /// <summary>Everything that only shows something.</summary>
    public static readonly string[] Gets =
    [
        "/",
        "/health",
        "/sign-up",
        "/sign-in",
        "/terms",
        "/privacy",
        "/personal-data",
        "/refund",
        "/marketing",
        "/terms/2026-11-20",
        "/cookies",
        "/consent",
        "/consent/declined",
        "/settings/profile",
        "/settings/privacy",
        "/models",
        "/models/{id}",
        "/chats/list",
        "/chats/models",
        "/chats/quote",
        "/c/{id:guid}",
        "/c/{id:guid}/answers/{answerId:guid}/events",
        "/balance",
        "/balance/statement.csv",
        "/balance/receipts/{transferId:guid}",
        "/balance/receipts/by-job/{jobId:guid}",
        "/balance/plans",
        "/balance/plans/refund",
        "/balance/limits",
        "/api",
        "/settings",
        "/sign-in/again",
        "/forgot-password",
        "/mail-link",
        "/prove-email",
        "/settings/email",
        "/settings/email/change",
        "/settings/sessions",
        "/settings/notifications",
        "/sign-in/second-step",
        "/settings/security",
        "/settings/security/app",
        "/settings/api-keys",
        "/settings/api-keys/{id:guid}/revoke",
        "/sign-in/{provider}",
        "/sign-in/{provider}/callback",
        "/sign-in/telegram/widget",
        "/sign-up/complete",
        "/telegram",
        "/settings/ways-in",
        "/settings/ways-in/password",
    ];

    /// <summary>What owners change; to a person there is nothing there.</summary>
    public static readonly string[] OperatorPosts =
    [
        "/operator/ledger/find",
        "/operator/ledger/wallets/{id:guid}/adjust",
        "/operator/ledger/wallets/{id:guid}/status",
        "/operator/ledger/wallets/{id:guid}/write-off",
        "/operator/ledger/adjustments/{id:guid}",
        "/operator/ledger/lots/{lotId:guid}/void",
        "/operator/ledger/holds/{holdId:guid}/return",
        "/operator/ledger/reconciliation",
        "/operator/ledger/differences/{number:long}/close",
        "/operator/people/find",
        "/operator/people/{id:guid}/role",
        "/operator/people/{id:guid}/block",
        "/operator/abuse/{id:guid}",
    ];

    /// <summary>What owners read.</summary>
    public static readonly string[] OperatorGets =
    [
        "/operator/ledger",
        "/operator/ledger/wallets/{id:guid}",
        "/operator/ledger/wallets/{id:guid}/explain",
        "/operator/ledger/wallets/{id:guid}/adjust",
        "/operator/ledger/wallets/{id:guid}/status",
        "/operator/ledger/wallets/{id:guid}/write-off",
        "/operator/ledger/adjustments/{id:guid}",
        "/operator/ledger/lots/{lotId:guid}/void",
        "/operator/ledger/holds/{holdId:guid}/return",
        "/operator/ledger/reconciliation",
        "/operator/people",
        "/operator/people/{id:guid}",
        "/operator/acts",
        "/operator/abuse",
        "/operator/abuse/{id:guid}",
    ];

    /// <summary>For programs: a key instead of a session, and nothing by cookies.</summary>
    public static readonly string[] KeyPosts =
    [
        "/v1/chat/completions",
        "/v1/responses",
        "/v1/messages",
        "/v1/messages/count_tokens",
        "/v1/quote",
        "/v1/images/generations",
        "/v1/images/edits",
        "/v1/audio/speech",
        "/v1/audio/transcriptions",
        "/v1/embeddings",
    ];

    /// <summary>What programs read.</summary>
    public static readonly string[] KeyGets =
    [
        "/v1/models",
        "/v1/models/{id}",
        "/v1/balance",
        "/v1/usage",
        "/v1/generations/{id}",
    ];

    public static string At(string pattern, Asked asked, Guid run, Guid transfer) =>
        pattern
            .Replace("{id:guid}", $"{asked.Chat}", StringComparison.Ordinal)
            .Replace("{questionId:guid}", $"{asked.Question}", StringComparison.Ordinal)
            .Replace("{answerId:guid}", $"{asked.Answer}", StringComparison.Ordinal)
            .Replace("{transferId:guid}", $"{transfer}", StringComparison.Ordinal)
            .Replace("{jobId:guid}", $"{run}", StringComparison.Ordinal)
            .Replace("{lotId:guid}", $"{run}", StringComparison.Ordinal)
            .Replace("{holdId:guid}", $"{run}", StringComparison.Ordinal)
            .Replace("{number:long}", "1", StringComparison.Ordinal)
            .Replace("{provider}", "google", StringComparison.Ordinal)
            .Replace("{id}", "sandbox-echo", StringComparison.Ordinal);

    /// <summary>Patterns as the sources map them, groups and variables aside.</summary>
    public static IReadOnlyList<string> InSources(string verb, [CallerFilePath] string here = "")
    {
        var sources = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../src"));
        return
        [
            .. Directory
                .EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("NetRoom.Sandbox", StringComparison.Ordinal))
                .SelectMany(file => Mapping().Matches(File.ReadAllText(file)))
                .Where(match => match.Groups["verb"].Value == verb)
                .Select(match => match.Groups["pattern"].Value)
                .Order(StringComparer.Ordinal),
        ];
    }

    [GeneratedRegex(
        """Map(?<verb>Get|Post|Put|Delete|Patch|Methods|Group|Fallback|Paid)(<\w+>)?\(\s*\$?"(?<pattern>[^"]*)""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Mapping();
}
