using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;

namespace NetRoom.Api.Idempotency;

/// <summary>
/// A paid request that names itself runs once: a retry gets the answer of the first, or is told that it runs, or what it cost where the
/// answer was not kept. After the key's check; requests without an Idempotency-Key pass.
/// </summary>
internal sealed partial class IdempotencyGate(
    RequestDelegate next,
    Claims claims,
    IOptions<IdempotencyOptions> options,
    ILogger<IdempotencyGate> log
)
{
    private const string Header = "Idempotency-Key";
    private const int LongestName = 255;

    public async Task InvokeAsync(HttpContext context)
    {
        if (
            context.Features.Get<ApiCaller>() is not { } caller
            || context.GetEndpoint()?.Metadata.GetMetadata<RunsOnce>() is null
            || context.Request.Headers[Header] is not { Count: > 0 } header
        )
        {
            await next(context);
            return;
        }

        if (header is not [{ Length: > 0 and <= LongestName } name])
        {
            await ApiErrors.WriteAsync(context, Unreadable);
            return;
        }

        var request = new ClaimedRequest(
            caller.KeyId,
            SHA256.HashData(Encoding.UTF8.GetBytes(name)),
            await RequestHash.OfAsync(context.Request, context.RequestAborted)
        );
        var claim = await claims.TakeAsync(request, context.RequestAborted);
        if (claim is Claim.Mine(var runId))
            await RunAsync(context, request, runId);
        else
            await AnswerAsync(context, claim);
    }

    private async Task RunAsync(HttpContext context, ClaimedRequest request, Guid runId)
    {
        context.Features.Set(new PaidAttempt(runId));
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var copy = new AnswerCopy(
            body.Stream,
            context.Response,
            options.Value.LargestAnswerBytes
        );
        var copying = new StreamResponseBodyFeature(copy, body);
        context.Features.Set<IHttpResponseBodyFeature>(copying);
        var isWhole = false;
        try
        {
            await next(context);
            await copying.CompleteAsync();
            isWhole = true;
        }
        finally
        {
            context.Features.Set(body);
            await SettleAsync(
                context.Response,
                request,
                runId,
                isWhole ? copy.Kept : null,
                isWhole
            );
        }
    }

    /// <summary>The client may have gone: what became of its request is written all the same.</summary>
    private async Task SettleAsync(
        HttpResponse response,
        ClaimedRequest request,
        Guid runId,
        ReadOnlyMemory<byte>? answer,
        bool isWhole
    )
    {
        try
        {
            var hasBegun = response.Headers.ContainsKey(ApiHeaders.Generation);
            if (isWhole ? response.StatusCode >= 400 : !hasBegun && !response.HasStarted)
                // An error: nothing was charged for it.
                await claims.GiveUpAsync(request, runId, CancellationToken.None);
            else
                await claims.EndAsync(
                    request,
                    new Claim.Done(
                        runId,
                        response.StatusCode,
                        response.ContentType,
                        response.Headers[ApiHeaders.Cost].ToString() is { Length: > 0 } cost
                            ? cost
                            : null,
                        null
                    ),
                    answer,
                    CancellationToken.None
                );
        }
        catch (Exception failure)
        {
            EndNotWritten(runId, failure);
        }
    }

    private static async Task AnswerAsync(HttpContext context, Claim claim)
    {
        if (claim is not Claim.Done { Answer: { } answer } done)
        {
            await ApiErrors.WriteAsync(context, Refusal(claim));
            return;
        }

        var response = context.Response;
        response.StatusCode = done.Status;
        response.ContentType = done.ContentType;
        response.ContentLength = answer.Length;
        response.Headers[ApiHeaders.Generation] = done.RunId.ToString();
        response.Headers[ApiHeaders.Replayed] = "true";
        if (done.Cost is { } cost)
            response.Headers[ApiHeaders.Cost] = cost;
        await response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private static ApiError Refusal(Claim claim) =>
        claim switch
        {
            Claim.Running => ApiError.Conflict(
                "A request with this Idempotency-Key is running. Try again when it has ended; it is not charged twice.",
                "idempotency_key_in_use"
            ) with
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            },
            Claim.Done(var runId, _, _, _, _) => ApiError.Conflict(
                $"The request with this Idempotency-Key was carried out, and its answer is not kept. GET /v1/generations/{runId} tells what it cost. To run it again, send another key.",
                "idempotency_answer_not_kept"
            ),
            _ => new ApiError(
                422,
                "invalid_request_error",
                "invalid_request_error",
                "idempotency_key_reused",
                "This Idempotency-Key came with another request before. Give each request a key of its own."
            ),
        };

    private static readonly ApiError Unreadable = ApiError.Invalid(
        "Idempotency-Key must be one value of 1 to 255 characters.",
        code: "idempotency_key_invalid"
    );

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The end of run {RunId} could not be written beside its idempotency key; retries are told that it runs"
    )]
    private partial void EndNotWritten(Guid runId, Exception exception);
}
