using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Media;

namespace NetRoom.Api.Media;

/// <summary>POST /v1/embeddings.</summary>
internal sealed class MakeEmbeddings(MediaCalls calls, IMediaRuns runs)
{
    private const int MostTexts = 2_048;
    private const int LargestVector = 16_384;

    private sealed record Ask(string Model, EmbeddingCall Call, bool Base64);

    public Task HandleAsync(HttpContext context, ApiCaller caller) =>
        calls.HandleAsync<Ask, EmbeddingsMade>(
            context,
            caller,
            async () =>
            {
                var fields = await MediaFields.ReadAsync(context.Request);
                var model = fields.Text("model") ?? "";
                var call = new EmbeddingCall(Texts(fields))
                {
                    Dimensions = fields.Whole("dimensions", 1, LargestVector),
                };
                return (
                    new MediaAsk(
                        model,
                        ModelGroup.Embeddings,
                        SpendCategory.Files,
                        MediaPlan.Of(call)
                    ),
                    new Ask(
                        model,
                        call,
                        fields.OneOf("encoding_format", "float", "base64") == "base64"
                    )
                );
            },
            (run, ask) => runs.EmbedAsync(run, ask.Call),
            (ask, made, end) => WriteAsync(context.Response, ask, made, end)
        );

    private static List<string> Texts(MediaFields fields)
    {
        if (
            fields.Json.Member("input") is { ValueKind: JsonValueKind.Array } input
            && input.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String)
        )
            throw RefusedRequestException.Unsupported(
                "input",
                "tokens differ from model to model. Send text, or an array of texts."
            );
        var texts = fields.List("input").ToList();
        return texts.Count is > 0 and <= MostTexts && texts.TrueForAll(text => text.Length > 0)
            ? texts
            : throw RefusedRequestException.Invalid(
                $"'input' must be a text or 1 to {MostTexts} of them, none empty.",
                "input"
            );
    }

    private static async Task WriteAsync(
        HttpResponse response,
        Ask ask,
        EmbeddingsMade made,
        DirectEnd end
    )
    {
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, MediaFields.AsItIs);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteString("model", ask.Model);
        json.WriteStartArray("data");
        for (var at = 0; at < made.Vectors.Count; at++)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", at);
            Vector(json, made.Vectors[at].Span, ask.Base64);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("usage");
        var tokens = end.Usage?.PromptTokens ?? 0;
        json.WriteNumber("prompt_tokens", tokens);
        json.WriteNumber("total_tokens", tokens);
        json.WriteString("cost_rub", end.Charged.ToInvariantNumber());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Base64 is of little-endian float32, as every machine that we run on has it.</summary>
    private static void Vector(Utf8JsonWriter json, ReadOnlySpan<float> vector, bool base64)
    {
        if (base64)
        {
            json.WriteBase64String("embedding", MemoryMarshal.AsBytes(vector));
            return;
        }

        json.WriteStartArray("embedding");
        foreach (var number in vector)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
