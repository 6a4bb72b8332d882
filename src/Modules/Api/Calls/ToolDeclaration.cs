using System.Text.Json;
using Microsoft.Extensions.AI;

namespace NetRoom.Api.Calls;

/// <summary>A tool that the caller runs itself.</summary>
internal sealed class ToolDeclaration(
    string name,
    string? description,
    JsonElement? schema,
    bool? strict
) : AIFunctionDeclaration
{
    private static readonly JsonElement NoParameters = JsonDocument
        .Parse("""{"type":"object","properties":{}}""")
        .RootElement.Clone();

    public override string Name => name;

    public override string Description => description ?? "";

    // The request's document ends before the run does.
    public override JsonElement JsonSchema { get; } = schema?.Clone() ?? NoParameters;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
        strict is { } said
            ? new Dictionary<string, object?> { ["strict"] = said }
            : new Dictionary<string, object?>();
}
