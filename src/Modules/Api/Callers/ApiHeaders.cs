namespace NetRoom.Api.Callers;

/// <summary>Headers of ours on the answers of paid endpoints.</summary>
internal static class ApiHeaders
{
    /// <summary>The id under which GET /v1/generations/{id} tells what the call cost. Set before the first byte.</summary>
    public const string Generation = "x-generation-id";

    /// <summary>The settled cost in roubles, a decimal ("0.0123"), where it is known before the answer is sent.</summary>
    public const string Cost = "x-cost-rub";

    /// <summary>"true" on an answer that a request with the same Idempotency-Key had got before.</summary>
    public const string Replayed = "idempotent-replayed";
}
