using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Gemini;

/// <summary>POST /models/{m}:batchEmbedContents. Shortened vectors are made to length 1 again, which Gemini leaves to us.</summary>
internal sealed class GeminiEmbeddingClient(MediaRoute route) : IEmbeddingClient
{
    private readonly MediaCall call = new(route);

    public async Task<EmbeddingAnswer> EmbedAsync(
        EmbeddingRequest request,
        CancellationToken cancellation = default
    )
    {
        var model = $"models/{route.Model.WireName}";
        var body = new GeminiEmbedBatch([
            .. request.Texts.Select(text => new GeminiEmbedRequest(
                model,
                new GeminiContent([new GeminiPart(text)]),
                request.IsQuery ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT",
                request.Dimensions
            )),
        ]);
        var answer = await call.SendForJsonAsync(
            call.Post($"/{model}:batchEmbedContents", body, GeminiMediaJson.Wire.GeminiEmbedBatch)
                .With("x-goog-api-key", route.Target.Key),
            call.Redaction(request.Texts),
            cancellation
        );
        var vectors = Vectors.Of(
            answer.Items("embeddings").Select(item => item.Look("values")),
            request,
            call
        );
        var usage = answer.Look("usageMetadata");
        return new EmbeddingAnswer(
            request.Dimensions is null ? vectors : [.. vectors.Select(Vectors.Normalised)],
            new MediaUsage(
                GeminiMediaUsage.OfContent(usage),
                Usage.None,
                GeminiMediaUsage.Raw(usage)
            )
        );
    }
}
