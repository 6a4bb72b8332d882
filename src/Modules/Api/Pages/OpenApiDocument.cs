using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using NetRoom.Api.Callers;

namespace NetRoom.Api.Pages;

/// <summary>/openapi/v1.json: the endpoints that take a key, in every environment.</summary>
internal static class OpenApiDocument
{
    private const string Scheme = "key";

    public static void AddApiDocument(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.ShouldInclude = description =>
                    description.ActionDescriptor.EndpointMetadata.OfType<KeyNeeded>().Any();
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        Describe(document);
                        return Task.CompletedTask;
                    }
                );
            }
        );

    public static void MapApiDocument(this WebApplication app) =>
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();

    private static void Describe(Microsoft.OpenApi.OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "NetRoom",
            Version = "v1",
            Description =
                "OpenAI's and Anthropic's protocols from one balance in roubles. The page /api has examples, errors and limits.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description =
                    "An API key of NetRoom ('nr-…'). Anthropic's header x-api-key does as well.",
            },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(Scheme, document)] = [],
            },
        ];
    }
}
