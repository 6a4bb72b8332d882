using System.Text.Json;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>The fields that OpenAI's requests have; it refuses all others.</summary>
internal static class OpenAiFields
{
    public static readonly string[] Sampling =
    [
        "temperature",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
    ];

    private static readonly string[] Shared =
    [
        .. Sampling,
        "model",
        "stream",
        "stream_options",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "top_logprobs",
        "service_tier",
        "store",
        "metadata",
        "user",
        "prompt_cache_key",
        "prompt_cache_retention",
        "prompt_cache_options",
        "safety_identifier",
        "moderation",
    ];

    public static readonly IReadOnlySet<string> Chat = new HashSet<string>(StringComparer.Ordinal)
    {
        "messages",
        "max_completion_tokens",
        "max_tokens",
        "reasoning_effort",
        "verbosity",
        "n",
        "stop",
        "seed",
        "logprobs",
        "logit_bias",
        "response_format",
        "modalities",
        "audio",
        "web_search_options",
        "prediction",
        "functions",
        "function_call",
    }
        .Concat(Shared)
        .ToHashSet(StringComparer.Ordinal);

    public static readonly IReadOnlySet<string> Responses = new HashSet<string>(
        StringComparer.Ordinal
    )
    {
        "input",
        "instructions",
        "previous_response_id",
        "conversation",
        "max_output_tokens",
        "max_tool_calls",
        "truncation",
        "reasoning",
        "text",
        "include",
        "background",
        "prompt",
        "context_management",
    }
        .Concat(Shared.Except(["frequency_penalty", "presence_penalty"]))
        .ToHashSet(StringComparer.Ordinal);

    public static OpenAiError? Unknown(JsonElement body, IReadOnlySet<string> known) =>
        body.EnumerateObject()
            .Select(field => field.Name)
            .FirstOrDefault(name => !known.Contains(name))
            is { } unknown
            ? OpenAiError.Invalid($"Unknown parameter: '{unknown}'.", unknown, "unknown_parameter")
            : null;
}
