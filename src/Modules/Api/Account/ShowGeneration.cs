using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;
using NetRoom.Generation.History;

namespace NetRoom.Api.Account;

/// <summary>A paid run and what it came to.</summary>
/// <param name="State">"running", "completed", "failed", "stopped", "interrupted".</param>
/// <param name="Cost">Roubles, decimal, settled; absent while it runs.</param>
/// <param name="Usage">Count by unit ("input", "output", …); absent while it runs and where nobody counted.</param>
/// <param name="Error">A code, for one that failed.</param>
internal sealed record GenerationAnswer(
    Guid Id,
    string State,
    string Model,
    Guid KeyId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt,
    string? Cost,
    SortedDictionary<string, long>? Usage,
    bool? UsageEstimated,
    Guid PriceVersion,
    string? Error
)
{
    public string Object { get; init; } = "generation";

    public string Currency { get; init; } = "RUB";
}

/// <summary>GET /v1/generations/{id}: what a call cost, once it is settled. Another account's is not there.</summary>
internal static class ShowGeneration
{
    public static async Task<IResult> HandleAsync(
        string id,
        ApiCaller caller,
        IRunHistory history,
        CancellationToken cancel
    )
    {
        if (
            !Guid.TryParse(id, out var runId)
            || await history.FindAsync(caller.AccountId, runId, cancel) is not { } run
        )
            return new ApiErrorResult(
                ApiError.NotFound("There is no such generation.", "generation_not_found")
            );
        return TypedResults.Json(
            new GenerationAnswer(
                run.Id,
                run.State.ToString().ToLowerInvariant(),
                run.ModelId,
                run.SubjectId,
                run.StartedAt,
                run.EndedAt,
                run.Charged?.ToInvariantNumber(),
                run.Usage is null ? null : UnitNames.Counts(run.Usage.Counts),
                run.Usage?.Estimated,
                run.PriceVersionId,
                run.Failure
            ),
            AccountJson.Default.GenerationAnswer
        );
    }
}
