namespace NetRoom.Providers.Media;

/// <summary>What a failure says of the thing that was asked for, which may be paid for there.</summary>
internal static class MediaFailures
{
    /// <summary>It was refused by a clear word, or never sent: no job, no picture.</summary>
    public static bool IsNothingTaken(ProviderException failure) =>
        failure.IsUnsent
        || failure
            is {
                    Kind: ProviderErrorKind.Key
                        or ProviderErrorKind.Quota
                        or ProviderErrorKind.RateLimited
                        or ProviderErrorKind.NotFound
                }
                or { Kind: ProviderErrorKind.Overloaded, HttpStatus: 503 or 529 };

    /// <summary>For what comes with the answer itself: an answer of 500 is its end too. A gateway's 502 and 504 are none.</summary>
    public static bool IsNothingMade(ProviderException failure) =>
        IsNothingTaken(failure)
        || failure is { Kind: ProviderErrorKind.Overloaded, HttpStatus: 500 };

    /// <summary>What costs so little that to ask twice is better than to fail.</summary>
    public static bool Any(ProviderException failure) => true;
}
