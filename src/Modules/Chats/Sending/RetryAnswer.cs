using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Kernel.Http;

namespace NetRoom.Chats.Sending;

/// <summary>Asks the last question once more, of the model that the composer shows and at the price that it shows.</summary>
internal static class RetryAnswer
{
    public sealed record Form(string? Model, string? Effort, long? Ceiling);

    public static async Task<IResult> HandleAsync(
        Guid id,
        Guid questionId,
        [FromForm] Form? form,
        Sender sender,
        CancellationToken cancel
    )
    {
        form ??= new(null, null, null);
        var wish = Wish.Of(form.Model, form.Effort, form.Ceiling);
        var outcome = await sender.RetryAsync(id, questionId, wish, cancel);
        return outcome.Succeeded(out _, out var problem)
            ? TypedResults.Redirect($"/c/{id}#m-{questionId}")
            : problem.ToResult();
    }
}
