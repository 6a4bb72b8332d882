using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Kernel.Http;

namespace NetRoom.Chats.Sending;

/// <summary>Asks the last question once more.</summary>
internal static class RetryAnswer
{
    public static async Task<IResult> HandleAsync(
        Guid id,
        Guid questionId,
        [FromForm] string? model,
        Sender sender,
        CancellationToken cancel
    )
    {
        var outcome = await sender.RetryAsync(id, questionId, model, cancel);
        return outcome.Succeeded(out _, out var problem)
            ? TypedResults.Redirect($"/c/{id}#m-{questionId}")
            : problem.ToResult();
    }
}
