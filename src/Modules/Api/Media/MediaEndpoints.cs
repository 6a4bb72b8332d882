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
        media.MapPaid<MakeImages>("/images/generations", ApiScopes.Images, it => it.GenerateAsync);
        media.MapPaid<MakeImages>("/images/edits", ApiScopes.Images, it => it.EditAsync);
        media.MapPaid<MakeSpeech>("/audio/speech", ApiScopes.Audio, it => it.HandleAsync);
        media.MapPaid<MakeTranscript>(
            "/audio/transcriptions",
            ApiScopes.Audio,
            it => it.HandleAsync
        );
        media.MapPaid<MakeEmbeddings>("/embeddings", ApiScopes.Embeddings, it => it.HandleAsync);
    }

    private static void MapPaid<TMaker>(
        this IEndpointRouteBuilder media,
        string address,
        ApiScopes scopes,
        Func<TMaker, Func<HttpContext, ApiCaller, Task>> handler
    )
        where TMaker : notnull =>
        media
            .MapPost(
                address,
                (HttpContext context, ApiCaller caller, TMaker maker) =>
                    handler(maker)(context, caller)
            )
            .Needs(scopes);
}
