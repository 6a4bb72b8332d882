using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Markdig;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;

namespace NetRoom.Accounts.Documents;

/// <summary>One version of a document in one language, as people read and accept it.</summary>
/// <param name="Version">The day it takes effect, from its first moment in UTC.</param>
/// <param name="Changed">What is new in it, for those who accepted the one before; null for a first version.</param>
public sealed record LegalDocument(
    string Name,
    DateOnly Version,
    string Language,
    string? Changed,
    string Markdown
)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .DisableHtml()
        .Build();

    /// <summary>The first line, which is the heading.</summary>
    public string Title { get; } = Markdown[2..Markdown.IndexOf('\n', StringComparison.Ordinal)];

    public string Html { get; } = Markdig.Markdown.ToHtml(Markdown, Pipeline);

    /// <summary>As it is kept with a consent and stands in addresses: "2026-11-20".</summary>
    public string Code { get; } = Version.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Of this very version, in the reader's language.</summary>
    public string Address => LegalDocuments.AddressOf(Name) + Code + "/";

    internal Consent Decided(Guid accountId, string decision, Client client, DateTimeOffset now) =>
        Consent.Of(accountId, Name, Code, Language, Markdown, decision, client, now);
}

/// <summary>What <see cref="Consent.Decision"/> may be.</summary>
internal static class Decisions
{
    public const string Accepted = "accepted";
    public const string Declined = "declined";
    public const string Withdrawn = "withdrawn";
}

/// <summary>One decision of a person about one text. Never rewritten.</summary>
internal sealed class Consent
{
    /// <summary>Not a document: the sentence about age that the person chose; the version is the choice itself.</summary>
    public const string Age = "age";

    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Document { get; init; }
    public required string Version { get; init; }
    public required string Language { get; init; }

    /// <summary>Of the text as it was shown, in UTF-8.</summary>
    public required byte[] Sha256 { get; init; }
    public required string Decision { get; init; }
    public required DateTimeOffset DecidedAt { get; init; }
    public required IPAddress? Ip { get; init; }
    public required string UserAgent { get; init; }

    public static Consent Of(
        Guid accountId,
        string document,
        string version,
        string language,
        string text,
        string decision,
        Client client,
        DateTimeOffset now
    ) =>
        new()
        {
            Id = Ids.New(),
            AccountId = accountId,
            Document = document,
            Version = version,
            Language = language,
            Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(text)),
            Decision = decision,
            DecidedAt = now,
            Ip = client.Ip,
            UserAgent = client.UserAgent,
        };
}
