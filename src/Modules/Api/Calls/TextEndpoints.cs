using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Api.Anthropic;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;
using NetRoom.Api.Idempotency;
using NetRoom.Api.OpenAi;
using NetRoom.Api.Quotes;

namespace NetRoom.Api.Calls;

/// <summary>Metadata: what this endpoint does is paid for, and goes through <see cref="TextCalls"/>.</summary>
internal sealed class PaidThroughGeneration;

internal static class TextEndpoints
{
    public static IServiceCollection AddTextCalls(this IServiceCollection services) =>
        services
            .AddSingleton<CallableModels>()
            .AddSingleton<TextCalls>()
            .AddSingleton<ChatCompletions>()
            .AddSingleton<Responses>()
            .AddSingleton<Messages>();

    public static void MapText(this IEndpointRouteBuilder v1)
    {
        var text = v1.MapGroup("/v1")
            .Needs(ApiScopes.Text)
            .WithMetadata(new RequestSizeLimitAttribute(RequestBytes.Most));
        text.MapPaid<ChatCompletions>("/chat/completions").Speaks(ApiProtocol.OpenAi);
        text.MapPaid<Responses>("/responses").Speaks(ApiProtocol.OpenAi);
        text.MapPaid<Messages>("/messages").Speaks(ApiProtocol.Anthropic);
        text.MapPost("/messages/count_tokens", CountTokens.HandleAsync)
            .Speaks(ApiProtocol.Anthropic);
        text.MapPost("/quote", ShowQuote.HandleAsync).Speaks(ApiProtocol.OpenAi);
    }

    private static RouteHandlerBuilder MapPaid<TProtocol>(
        this IEndpointRouteBuilder text,
        string address
    )
        where TProtocol : ITextProtocol =>
        text.MapPost(
                address,
                (HttpContext context, ApiCaller caller, TextCalls calls, TProtocol protocol) =>
                    calls.HandleAsync(context, caller, protocol)
            )
            .OncePerIdempotencyKey()
            .WithMetadata(new PaidThroughGeneration());
}
