using System.Buffers.Binary;
using System.Text.Json;

namespace NetRoom.Providers.Media.Wire;

/// <summary>Vectors as lists of numbers or as base64 of little-endian floats.</summary>
internal static class Vectors
{
    /// <exception cref="ProviderException">There is not one vector of one length for each text.</exception>
    public static IReadOnlyList<ReadOnlyMemory<float>> Of(
        IEnumerable<JsonElement> found,
        EmbeddingRequest request,
        MediaCall call
    )
    {
        var vectors = found.Select(Read).ToList();
        return
            vectors.Count == request.Texts.Count
            && vectors.TrueForAll(vector => vector.Length > 0 && vector.Length == vectors[0].Length)
            ? vectors
            : throw call.Failure(
                ProviderErrorKind.Cut,
                $"answered {request.Texts.Count} texts with {vectors.Count} usable vectors."
            );
    }

    /// <summary>As OpenAI lists them, by their index.</summary>
    public static IReadOnlyList<ReadOnlyMemory<float>> Listed(
        JsonElement answer,
        EmbeddingRequest request,
        MediaCall call
    ) =>
        Of(
            answer
                .Items("data")
                .Select((item, at) => (Index: item.Count("index") ?? at, Item: item))
                .OrderBy(item => item.Index)
                .Select(item => item.Item.Look("embedding")),
            request,
            call
        );

    /// <summary>The same direction, of length 1.</summary>
    public static ReadOnlyMemory<float> Normalised(ReadOnlyMemory<float> vector)
    {
        var length = Length(vector.Span);
        return length == 0
            ? vector
            : vector.ToArray().Select(value => (float)(value / length)).ToArray();
    }

    private static double Length(ReadOnlySpan<float> vector)
    {
        double sum = 0;
        foreach (var value in vector)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    private static ReadOnlyMemory<float> Read(JsonElement vector) =>
        vector.ValueKind switch
        {
            JsonValueKind.Array => vector
                .EnumerateArray()
                .Select(number => number.ValueKind == JsonValueKind.Number ? number.GetSingle() : 0)
                .ToArray(),
            JsonValueKind.String when vector.TryGetBytesFromBase64(out var bytes) => Floats(bytes),
            _ => default,
        };

    private static float[] Floats(byte[] bytes)
    {
        var floats = new float[bytes.Length / sizeof(float)];
        for (var at = 0; at < floats.Length; at++)
            floats[at] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at * sizeof(float)));
        return floats;
    }
}
