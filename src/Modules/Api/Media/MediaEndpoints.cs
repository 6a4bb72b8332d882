using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Api.Errors;
using NetRoom.Api.Idempotency;

namespace NetRoom.Api.Media;

internal static class MediaEndpoints
{
    public static IServiceCollection AddMediaCalls(this IServiceCollection services) =>
        services
            .AddSingleton<MediaCalls>()
            .AddSingleton<MakeImages>()
            .AddSingleton<MakeSpeech>()
            .AddSingleton<MakeTranscript>()
            .AddSingleton<MakeEmbeddings>();

    public static void MapMedia(this IEndpointRouteBuilder v1)
    {
        var media = v1.MapGroup("/v1")
            .Speaks(ApiProtocol.OpenAi)
            .OncePerIdempotencyKey()
            .WithMetadata(
                new PaidThroughGeneration(),
                new RequestSizeLimitAttribute(RequestBytes.Most)
            );
        media
            .MapPost(
                "/images/generations",
                (HttpContext context, ApiCaller caller, MakeImages images) =>
                    images.GenerateAsync(context, caller)
            )
            .Needs(ApiScopes.Images);
        media
            .MapPost(
                "/images/edits",
                (HttpContext context, ApiCaller caller, MakeImages images) =>
                    images.EditAsync(context, caller)
            )
            .Needs(ApiScopes.Images);
        media
            .MapPost(
                "/audio/speech",
                (HttpContext context, ApiCaller caller, MakeSpeech speech) =>
                    speech.HandleAsync(context, caller)
            )
            .Needs(ApiScopes.Audio);
        media
            .MapPost(
                "/audio/transcriptions",
                (HttpContext context, ApiCaller caller, MakeTranscript transcript) =>
                    transcript.HandleAsync(context, caller)
            )
            .Needs(ApiScopes.Audio);
        media
            .MapPost(
                "/embeddings",
                (HttpContext context, ApiCaller caller, MakeEmbeddings embeddings) =>
                    embeddings.HandleAsync(context, caller)
            )
            .Needs(ApiScopes.Embeddings);
    }
}
