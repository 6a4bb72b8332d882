using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;
using NetRoom.Catalog;

namespace NetRoom.Chats.Answers;

/// <summary>The finished article as a string, for the last event of a stream.</summary>
internal sealed class AnswerHtml(IServiceProvider services, ILoggerFactory logs)
{
    public async Task<string> RenderAsync(Message answer, ModelInfo? model, TimeSpan offset)
    {
        await using var renderer = new HtmlRenderer(services, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<Answer>(
                ParameterView.FromDictionary(
                    new Dictionary<string, object?>
                    {
                        [nameof(Answer.Message)] = answer,
                        [nameof(Answer.Model)] = model,
                        [nameof(Answer.IsLast)] = true,
                        [nameof(Answer.Offset)] = offset,
                    }
                )
            );
            return root.ToHtmlString();
        });
    }
}
