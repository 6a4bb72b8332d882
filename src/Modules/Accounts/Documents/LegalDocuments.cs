using Microsoft.Extensions.Options;
using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts.Documents;

/// <summary>
/// What a person agrees to, in dated versions. Of a document the newest that has taken effect is the current one; a newer one is
/// announced; older ones stay readable. The consent to the processing of personal data is a document of its own, as the law on personal
/// data (152-FZ) has wanted since September 2025, and so is the one to letters about news.
/// </summary>
internal sealed class LegalDocuments(IOptions<OperatorOptions> operatorOptions, TimeProvider clock)
{
    public const string Terms = "terms";
    public const string Privacy = "privacy";
    public const string Refund = "refund";
    public const string PersonalData = "personal-data";
    public const string Marketing = "marketing";

    /// <summary>Without these there is no account.</summary>
    public static readonly string[] Required = [Terms, Privacy, Refund, PersonalData];
    public static readonly string[] Names = [.. Required, Marketing];

    private readonly ILookup<(string Name, string Language), LegalDocument> versions = DocumentFiles
        .Read(operatorOptions.Value)
        .OrderByDescending(document => document.Version)
        .ToLookup(document => (document.Name, document.Language));

    /// <summary>The version in effect, in the reader's language.</summary>
    public LegalDocument this[string name] => InEffect(name, Languages.Current);

    /// <summary>All that a sign-up must accept, in the reader's language.</summary>
    public IEnumerable<LegalDocument> Current() => Required.Select(name => this[name]);

    /// <summary>The newest of each required document, announced or in effect, in the reader's language.</summary>
    public IEnumerable<LegalDocument> Newest() =>
        Required.Select(name => versions[(name, Languages.Current)].First());

    /// <summary>All versions in the reader's language, the newest first.</summary>
    public IEnumerable<LegalDocument> VersionsOf(string name) =>
        versions[(name, Languages.Current)];

    public LegalDocument? Find(string name, string code) =>
        VersionsOf(name).FirstOrDefault(document => document.Code == code);

    public LegalDocument InEffect(string name, string language) =>
        versions[(name, language)].FirstOrDefault(IsInEffect) ?? versions[(name, language)].Last();

    public bool IsInEffect(LegalDocument document) => document.Version <= Today;

    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>Required documents that came after a first version, no longer ago than this, in a language.</summary>
    public IEnumerable<LegalDocument> NewSince(DateOnly day, string language) =>
        Required.SelectMany(name =>
            versions[(name, language)].SkipLast(1).Where(document => document.Version >= day)
        );

    /// <summary>Where the current version is read, in the reader's language.</summary>
    public static string AddressOf(string name) => PublicPath.Of($"/{name}/");
}
