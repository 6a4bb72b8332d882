using NetRoom.Providers;

namespace NetRoom.Generation.Runs;

/// <summary>Why a run failed, as keys of the generation's texts.</summary>
internal static class Failures
{
    public const string Empty = "generation.failed.empty";
    public const string AllThought = "generation.failed.all_thought";
    public const string Refused = "generation.failed.refused";
    public const string Unexpected = "generation.failed.unexpected";
    public const string Interrupted = "generation.failed.interrupted";

    public static string Code(ProviderErrorKind kind) =>
        kind switch
        {
            ProviderErrorKind.Refused => Refused,
            ProviderErrorKind.TooLong => "generation.failed.too_long",
            ProviderErrorKind.RateLimited => "generation.failed.rate",
            ProviderErrorKind.Overloaded => "generation.failed.overloaded",
            ProviderErrorKind.Cut => "generation.failed.cut",
            ProviderErrorKind.Timeout => "generation.failed.timeout",
            ProviderErrorKind.Unreachable => "generation.failed.unreachable",
            ProviderErrorKind.NotFound => "generation.failed.not_found",
            ProviderErrorKind.Key or ProviderErrorKind.Quota => "generation.failed.operator",
            ProviderErrorKind.BadRequest => "generation.failed.bad_request",
        };
}
