using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NetRoom.Api.Callers;
using NetRoom.Api.Calls;
using NetRoom.Api.Errors;
using NetRoom.Api.Idempotency;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Media;

namespace NetRoom.Api.Media;

/// <summary>What a call for media asks of the wallet.</summary>
/// <param name="Model">The catalogue's id.</param>
internal sealed record MediaAsk(
    string Model,
    ModelGroup Group,
    SpendCategory Category,
    MediaPlan Plan
);

/// <summary>A call for media, from its request to its price: held for, made, settled, answered.</summary>
internal sealed class MediaCalls(IDirectRuns runs, CallableModels models)
{
    /// <param name="read">May refuse the request.</param>
    /// <param name="make">Makes it, and may write of it as it comes; null when it failed.</param>
    /// <param name="write">Writes what is left to write once the price is known.</param>
    public async Task HandleAsync<TAsk, TMade>(
        HttpContext context,
        ApiCaller caller,
        Func<Task<(MediaAsk Ask, TAsk Call)>> read,
        Func<DirectRun, TAsk, Task<TMade?>> make,
        Func<TAsk, TMade, DirectEnd, Task> write
    )
        where TMade : class
    {
        DirectRequest request;
        TAsk call;
        try
        {
            (var ask, call) = await read();
            request = new DirectRequest(
                context.NewRunId(),
                caller.AccountId,
                caller.KeyId,
                models.Find(caller, ask.Model, ask.Group),
                default,
                null,
                new SpendCap(caller.KeyId, caller.PerDay, caller.PerMonth)
            )
            {
                Category = ask.Category,
                Media = ask.Plan,
            };
        }
        catch (RefusedRequestException refused)
        {
            await ApiErrors.WriteAsync(context, refused.Error);
            return;
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            await ApiErrors.WriteAsync(context, CallErrors.NoJson);
            return;
        }

        var started = await runs.StartAsync(request);
        if (!started.Succeeded(out var run, out var problem))
        {
            await ApiErrors.WriteAsync(context, CallErrors.Of(problem));
            return;
        }

        await using (run)
        {
            context.Response.Headers[ApiHeaders.Generation] = run.Id.ToString();
            var made = await make(run, call);
            var end = await run.EndAsync();
            if (made is null && context.Response.HasStarted)
                // What was sent is a torso: the connection must not end as if it were whole.
                context.Abort();
            else if (made is null)
                await ApiErrors.WriteAsync(
                    context,
                    run.Failure is { } failure ? CallErrors.Of(failure) : ApiErrors.Broken
                );
            else
            {
                if (!context.Response.HasStarted)
                    context.Response.Headers[ApiHeaders.Cost] = end.Charged.ToInvariantNumber();
                await write(call, made, end);
            }
        }
    }
}
