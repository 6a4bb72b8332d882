using System.ComponentModel.DataAnnotations;

namespace NetRoom.Api.Idempotency;

/// <summary>Section "Api:Idempotency".</summary>
internal sealed class IdempotencyOptions
{
    public const string Section = "Api:Idempotency";

    /// <summary>How long a key is remembered, and an answer kept.</summary>
    [Range(1, 24 * 7)]
    public int Hours { get; set; } = 24;

    /// <summary>An answer above it is not kept: the retry is told what the first request cost.</summary>
    [Range(0, 256 * 1024 * 1024)]
    public int LargestAnswerBytes { get; set; } = 16 * 1024 * 1024;
}
