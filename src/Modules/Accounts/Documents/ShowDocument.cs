using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Documents;

/// <summary>/terms/ is the version in effect; /terms/2026-11-20/ is that one, for ever.</summary>
internal static class ShowDocument
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var name in LegalDocuments.Names)
        {
            routes
                .MapGet($"/{name}", (LegalDocuments documents) => Page(documents, documents[name]))
                .AllowAnonymous();
            routes
                .MapGet(
                    $"/{name}/{{version}}",
                    IResult (string version, LegalDocuments documents) =>
                        documents.Find(name, version) is { } document
                            ? Page(documents, document)
                            : Problem.NotFound().ToResult()
                )
                .AllowAnonymous();
        }
    }

    private static PageResult<LegalDocumentPage> Page(
        LegalDocuments documents,
        LegalDocument document
    ) =>
        new PageResult<LegalDocumentPage>(
            new { Document = document, Versions = documents.VersionsOf(document.Name).ToList() }
        );
}
