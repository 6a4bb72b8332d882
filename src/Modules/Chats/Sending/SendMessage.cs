using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Catalog;
using NetRoom.Chats.Answers;
using NetRoom.Chats.Conversations;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Chats.Sending;

/// <summary>Sends a message, in a new chat or in one that exists. With script the answer is a part of the page, without it a redirect.</summary>
internal static class SendMessage
{
    /// <summary>Bytes; above what is accepted as text, so that a person gets a sentence and not a broken connection.</summary>
    public const int BodyLimit = 24 * 1024 * 1024;

    /// <summary>Properties and not a constructor's parameters, which would all have to be sent: without a price there is no ceiling.</summary>
    public sealed record Form
    {
        public Guid? Key { get; init; }
        public string? Text { get; init; }
        public string? Model { get; init; }
        public string? Effort { get; init; }
        public long? Ceiling { get; init; }
    }

    public static Task<IResult> NewAsync(
        [FromForm] Form? form,
        HttpContext context,
        Sender sender,
        OpenConversation pages,
        CancellationToken cancel
    ) => HandleAsync(null, form ?? new(), context, sender, pages, cancel);

    public static Task<IResult> InChatAsync(
        Guid id,
        [FromForm] Form? form,
        HttpContext context,
        Sender sender,
        OpenConversation pages,
        CancellationToken cancel
    ) => HandleAsync(id, form ?? new(), context, sender, pages, cancel);

    private static async Task<IResult> HandleAsync(
        Guid? conversationId,
        Form form,
        HttpContext context,
        Sender sender,
        OpenConversation pages,
        CancellationToken cancel
    )
    {
        var draft = new Draft(
            conversationId,
            form.Key ?? Ids.New(),
            // PostgreSQL's text cannot hold a zero character, and nobody means to send one.
            form.Text?.Replace("\0", "", StringComparison.Ordinal) ?? "",
            Wish.Of(form.Model, form.Effort, form.Ceiling)
        );
        var outcome = await sender.SendAsync(draft, cancel);
        var isFragment = context.Request.IsFragment();
        if (!outcome.Succeeded(out var sent, out var problem))
            return isFragment
                ? problem.ToResult()
                : await pages.WithProblemAsync(draft, problem, cancel);

        var address = $"/c/{sent.ConversationId}";
        if (!isFragment)
            return TypedResults.Redirect($"{address}#m-{sent.Question.Id}");
        if (conversationId is null)
        {
            context.Response.Headers.Location = address;
            return TypedResults.StatusCode(StatusCodes.Status201Created);
        }

        return Fragment.Of<Exchange>(
            new
            {
                sent.Question,
                sent.Answer,
                Catalog = context.RequestServices.GetService(typeof(ICatalog)),
            }
        );
    }
}
