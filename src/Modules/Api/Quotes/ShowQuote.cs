using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Api.Errors;
using NetRoom.Api.OpenAi;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.Quotes;

/// <summary>What a chat completion would cost: the same request, priced and not run.</summary>
internal static class ShowQuote
{
    public static async Task HandleAsync(
        HttpContext context,
        ApiCaller caller,
        TextCalls calls,
        IDirectRuns runs
    )
    {
        using var body = await RequestBytes.ReadAsync(context.Request);
        try
        {
            var ask = new ChatCompletions().Read(body.Memory.Span);
            var request = calls.Request(caller, ask);
            if (!runs.Quote(request).Succeeded(out var quote, out var problem))
            {
                await ApiErrors.WriteAsync(context, CallErrors.Of(problem));
                return;
            }
            await context.Response.WriteAsJsonAsync(
                new QuoteAnswer(
                    "quote",
                    request.Model.Id,
                    ask.Prompt.Size.Tokens,
                    quote.MaxOutputTokens,
                    quote.Low.ToInvariantNumber(),
                    quote.High.ToInvariantNumber(),
                    quote.Ceiling.ToInvariantNumber()
                ),
                Snake,
                context.RequestAborted
            );
        }
        catch (RefusedRequestException refused)
        {
            await ApiErrors.WriteAsync(context, refused.Error);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            await ApiErrors.WriteAsync(context, CallErrors.NoJson);
        }
    }

    private static readonly JsonSerializerOptions Snake = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Amounts are roubles as decimals in text.</summary>
    private sealed record QuoteAnswer(
        string Object,
        string Model,
        long PromptTokens,
        int MaxOutputTokens,
        string LowRub,
        string HighRub,
        string CeilingRub
    );
}
