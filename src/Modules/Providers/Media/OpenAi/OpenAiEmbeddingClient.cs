using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.OpenAi;

/// <summary>POST /embeddings, as OpenAI, Mistral, Ollama and vLLM have it.</summary>
internal sealed class OpenAiEmbeddingClient(MediaRoute route) : IEmbeddingClient
{
    private readonly MediaCall call = new(route);

    public async Task<EmbeddingAnswer> EmbedAsync(
        EmbeddingRequest request,
        CancellationToken cancellation = default
    )
    {
        var body = new OpenAiEmbeddingRequest(route.Model.WireName, request.Texts)
        {
            Dimensions = request.Dimensions,
            EncodingFormat = "float",
        };
        var answer = await call.SendForJsonAsync(
            call.Post("/embeddings", body, OpenAiMediaJson.Wire.OpenAiEmbeddingRequest)
                .WithBearer(route.Target.Key),
            call.Redaction(request.Texts),
            cancellation
        );
        var usage = answer.Look("usage");
        return new EmbeddingAnswer(
            Vectors.Listed(answer, request, call),
            new MediaUsage(
                OpenAiMediaUsage.Read(usage, UnitKind.Output),
                Usage.None,
                OpenAiMediaUsage.Raw(usage)
            )
        );
    }
}
