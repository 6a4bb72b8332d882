using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NetRoom.Api.Errors;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;

namespace NetRoom.Api.Calls;

/// <summary>A protocol in which programs ask for text and are answered.</summary>
internal interface ITextProtocol
{
    WireProtocol Wire { get; }

    /// <exception cref="RefusedRequestException">The request is wrong, or asks for what cannot be done.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    TextAsk Read(ReadOnlySpan<byte> body);

    /// <summary>For a provider that speaks another protocol.</summary>
    /// <exception cref="RefusedRequestException">It says what no other protocol can.</exception>
    TranslatedAsk Translate(JsonElement body);

    /// <summary>The caller's word on the version of its protocol.</summary>
    string? Version(HttpRequest request) => null;

    /// <summary>A usage object, with its price.</summary>
    void WriteUsage(Utf8JsonWriter json, DirectEnd end);

    void WriteWhole(Utf8JsonWriter json, DirectRun run, ChatResponse answer, DirectEnd end);

    /// <summary>For one translated stream.</summary>
    ITextStream Stream(DirectRun run, TextAsk ask, IBufferWriter<byte> output);

    /// <summary>An error inside a stream, which is its last word.</summary>
    void WriteStreamError(IBufferWriter<byte> output, ApiError error, string requestId);
}

/// <summary>Writes a translated answer as it comes.</summary>
internal interface ITextStream : IDisposable
{
    /// <summary>Something of the answer has been written; it cannot begin anew.</summary>
    bool HasBegun { get; }

    void Add(ChatResponseUpdate update);

    void End(DirectEnd end);
}
