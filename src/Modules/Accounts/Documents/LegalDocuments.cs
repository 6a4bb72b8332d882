using System.Security.Cryptography;
using System.Text;
using Markdig;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using NetRoom.Kernel;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Documents;

/// <summary>One document in one language, as people read and accept it.</summary>
public sealed record LegalDocument(string Name, string Language, string Markdown)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .DisableHtml()
        .Build();

    /// <summary>The first line, which is the heading.</summary>
    public string Title { get; } = Markdown[2..Markdown.IndexOf('\n', StringComparison.Ordinal)];

    public string Html { get; } = Markdig.Markdown.ToHtml(Markdown, Pipeline);

    internal Consent AcceptedBy(Guid accountId, DateTimeOffset now) =>
        new()
        {
            Id = Ids.New(),
            AccountId = accountId,
            Document = Name,
            Version = LegalDocuments.Version,
            Language = Language,
            Sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(Markdown)),
            AcceptedAt = now,
        };
}

/// <summary>
/// What a person agrees to at the sign-up. The consent to the processing of personal data is a document of its own, as the law on
/// personal data (152-FZ) has wanted since September 2025.
/// </summary>
internal sealed class LegalDocuments(IOptions<OperatorOptions> operatorOptions)
{
    public const string Version = "2026-11-20";
    public const string Terms = "terms";
    public const string Privacy = "privacy";
    public const string Refund = "refund";
    public const string PersonalData = "personal-data";
    public static readonly string[] Names = [Terms, Privacy, Refund, PersonalData];
    private readonly Dictionary<(string Name, string Language), LegalDocument> all = (
        from name in Names
        from language in Languages.All
        select Read(name, language, operatorOptions.Value)
    ).ToDictionary(document => (document.Name, document.Language));

    /// <summary>In the reader's language.</summary>
    public LegalDocument this[string name] => all[(name, Languages.Current)];

    /// <summary>All that a sign-up accepts, in the reader's language.</summary>
    public IEnumerable<LegalDocument> Current() => Names.Select(name => this[name]);

    public static string AddressOf(string name) => PublicPath.Of($"/{name}/");

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var name in Names)
            routes
                .MapGet(
                    $"/{name}",
                    (LegalDocuments documents) =>
                        new PageResult<LegalDocumentPage>(new { Document = documents[name] })
                )
                .AllowAnonymous();
    }

    private static LegalDocument Read(string name, string language, OperatorOptions who)
    {
        using var stream = typeof(LegalDocuments).Assembly.GetManifestResourceStream(
            $"documents/{name}-{language}"
        )!;
        using var reader = new StreamReader(stream);
        var unnamed = language == "ru" ? "оператор этого сервиса" : "the operator of this service";
        return new LegalDocument(
            name,
            language,
            reader
                .ReadToEnd()
                .ReplaceLineEndings("\n")
                .Replace("{operator}", who.Name ?? unnamed, StringComparison.Ordinal)
                .Replace("{email}", who.Email, StringComparison.Ordinal)
        );
    }
}
