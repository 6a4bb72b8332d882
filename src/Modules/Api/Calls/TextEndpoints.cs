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
            .AddSingleton<LinkedFiles>()
            .AddSingleton<TextCalls>()
            .AddSingleton<ChatCompletions>()
            .AddSingleton<Responses>()
            .AddSingleton<Messages>();

    public static void MapText(this IEndpointRouteBuilder v1)
    {
        var text = v1.MapGroup("")
            .Needs(ApiScopes.Text)
            .WithMetadata(new RequestSizeLimitAttribute(RequestBytes.Most));
        text.MapPost("/v1/chat/completions", RunAsync<ChatCompletions>)
            .Speaks(ApiProtocol.OpenAi)
            .IsPaid();
        text.MapPost("/v1/responses", RunAsync<Responses>).Speaks(ApiProtocol.OpenAi).IsPaid();
        text.MapPost("/v1/messages", RunAsync<Messages>).Speaks(ApiProtocol.Anthropic).IsPaid();
        text.MapPost("/v1/messages/count_tokens", CountTokens.HandleAsync)
            .Speaks(ApiProtocol.Anthropic);
        text.MapPost("/v1/quote", ShowQuote.HandleAsync).Speaks(ApiProtocol.OpenAi);
    }

    private static void IsPaid(this RouteHandlerBuilder endpoint) =>
        endpoint.OncePerIdempotencyKey().WithMetadata(new PaidThroughGeneration());

    private static Task RunAsync<TProtocol>(
        HttpContext context,
        ApiCaller caller,
        TextCalls calls,
        TProtocol protocol
    )
        where TProtocol : ITextProtocol => calls.HandleAsync(context, caller, protocol);
}
