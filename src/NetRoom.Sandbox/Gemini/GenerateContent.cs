using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.OpenAi;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Gemini;

/// <summary><c>POST /models/{model}:generateContent</c>, <c>:streamGenerateContent</c> and <c>:countTokens</c>.</summary>
internal sealed class GenerateContent(Stage stage) : TextTwin("gemini", stage)
{
    protected override ITwinError BadKey => GeminiError.BadKey;

    protected override ITwinError Broken => GeminiError.Internal;

    protected override string? Key(HttpRequest request) => GeminiEndpoints.Key(request);

    protected override void Headers(HttpResponse response, Call call) =>
        response.Headers["server-timing"] = "gfet4t7; dur=7";

    protected override ITwinError Invalid(string message, int status) =>
        GeminiError.Invalid(message) with
        {
            Code = status,
        };

    protected override ITwinError Of(UpfrontFault fault) => GeminiError.Of(fault);

    protected override async Task AnswerAsync(HttpContext http, Call call, JsonElement body)
    {
        var action = http.GetRouteValue("action")?.ToString() ?? "";
        var colon = action.LastIndexOf(':');
        var (id, method) = colon < 0 ? (action, "") : (action[..colon], action[(colon + 1)..]);
        if (ModelCatalogue.Find(Protocol.Gemini, id) is not { } model)
        {
            await FailAsync(http, call, GeminiError.NoModel(id));
            return;
        }
        call.Model = ModelCatalogue.Prefix(Protocol.Gemini) + model.Name;
        if (GeminiRequest.Read(body, model, out var error) is not { } request)
        {
            await FailAsync(http, call, error ?? GeminiError.Invalid("The request is not valid."));
            return;
        }
        if (method == "countTokens")
        {
            await http.Response.WriteAsJsonAsync(
                new { totalTokens = request.Ask.Prompt.Tokens },
                http.RequestAborted
            );
            call.End(CallOutcome.Completed, Stage.Clock);
            return;
        }
        if (model.Upfront is { } fault && await RefuseAsync(http, call, fault))
        {
            return;
        }
        var prompt = request.Ask.Prompt;
        call.InputTokens = prompt.Tokens;
        call.CachedTokens = OpenAiCache.Read(
            Stage.Cache,
            prompt,
            call.Model,
            Stage.Options.ImplicitCacheMinimumTokens
        );
        await PlayAsync(http, call, request, model.Answer(request.Ask, Stage.Options), method);
    }

    private Task PlayAsync(
        HttpContext http,
        Call call,
        GeminiRequest request,
        Answer answer,
        string method
    )
    {
        if (request.BlocksPrompt)
        {
            answer = answer with { Steps = [], Finish = Finish.Refusal };
        }
        var writer = new GeminiWriter(call, answer.Quirks, request);
        var most = request.Ask.MaxTokens;
        return method switch
        {
            // Google ends its lines the long way.
            "streamGenerateContent" when http.Request.Query["alt"] == "sse" => StreamAsync(
                http,
                call,
                answer,
                most,
                events => new GeminiStream(events, writer, answer.Quirks),
                Quirks.Crlf
            ),
            "generateContent" => WholeAsync(
                http,
                call,
                answer,
                most,
                whole => writer.WriteAsync(http.Response, whole)
            ),
            _ => FailAsync(
                http,
                call,
                GeminiError.Invalid("The sandbox speaks generateContent, and streams with alt=sse.")
            ),
        };
    }
}
