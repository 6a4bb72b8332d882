using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Mistral;

/// <summary>POST /embeddings, with its own name for the length of a vector.</summary>
internal sealed class MistralEmbeddingClient(MediaRoute route) : IEmbeddingClient
{
    private readonly MediaCall call = new(route);

    public async Task<EmbeddingAnswer> EmbedAsync(
        EmbeddingRequest request,
        CancellationToken cancellation = default
    )
    {
        var body = new MistralEmbeddingRequest(route.Model.WireName, request.Texts)
        {
            OutputDimension = request.Dimensions,
            OutputDtype = request.Dimensions is null ? null : "float",
        };
        var answer = await call.SendForJsonAsync(
            call.Post("/embeddings", body, MistralMediaJson.Wire.MistralEmbeddingRequest)
                .WithBearer(route.Target.Key),
            call.Redaction(request.Texts),
            cancellation
        );
        return new EmbeddingAnswer(
            Vectors.Listed(answer, request, call),
            MistralMediaUsage.Read(answer.Look("usage"), Usage.None)
        );
    }
}
