using System.ComponentModel.DataAnnotations;

namespace NetRoom.Api.Limits;

/// <summary>Section "Api:Limits": how much one key, and one account with all its keys, may ask of one node.</summary>
internal sealed class ApiLimitsOptions
{
    public const string Section = "Api:Limits";
    private const int Most = 10_000_000;

    [Range(1, Most)]
    public int RequestsPerMinute { get; set; } = 3_000;

    [Range(1, Most)]
    public int AccountRequestsPerMinute { get; set; } = 6_000;

    /// <summary>Requests that run at the same time.</summary>
    [Range(1, Most)]
    public int ParallelRequests { get; set; } = 256;

    [Range(1, Most)]
    public int AccountParallelRequests { get; set; } = 512;
}
