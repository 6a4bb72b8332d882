using Microsoft.AspNetCore.Http;
using NetRoom.Catalog;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Chats.Sending;

/// <summary>The live price line. Only the size of the text comes here, never the text.</summary>
internal static class QuoteMessage
{
    public static async Task<IResult> HandleAsync(
        string model,
        string? effort,
        long? ascii,
        long? other,
        Guid? chat,
        ICatalog catalog,
        Composers composers,
        CancellationToken cancel
    )
    {
        if (catalog.Find(model) is not { Group: ModelGroup.Text } chosen)
            return new Problem(ProblemKind.Invalid, "chats.unknown_model").ToResult();
        var question = new TextSize(
            Math.Clamp(ascii ?? 0, 0, Sender.LongestText),
            Math.Clamp(other ?? 0, 0, Sender.LongestText)
        );
        var view = await composers.QuoteAsync(
            chosen,
            chosen.Efforts.Contains(effort) ? effort : null,
            question,
            await composers.SizesAsync(chat, cancel),
            cancel
        );
        return Fragment.Of<QuoteLine>(new { View = view });
    }
}
