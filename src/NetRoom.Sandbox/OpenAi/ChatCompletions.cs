using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.OpenAi;

/// <summary><c>POST /chat/completions</c>, streamed and whole.</summary>
internal sealed class ChatCompletions(Stage stage) : TextTwin("openai", stage)
{
    protected override ITwinError BadKey => OpenAiError.BadKey;

    protected override ITwinError Broken => OpenAiError.InStream;

    protected override string? Key(HttpRequest request) => OpenAiHeaders.Key(request);

    protected override void Headers(HttpResponse response, Call call) =>
        OpenAiHeaders.Write(response, call);

    protected override ITwinError Invalid(string message, int status) =>
        OpenAiError.Invalid(message) with
        {
            Status = status,
        };

    protected override ITwinError Of(UpfrontFault fault) => OpenAiError.Of(fault);

    protected override async Task AnswerAsync(HttpContext http, Call call, JsonElement body)
    {
        if (OpenAiRequest.ModelOf(body, out var error) is not { } model)
        {
            await FailAsync(http, call, error);
            return;
        }
        call.Model = ModelCatalogue.Prefix(Protocol.OpenAi) + model.Name;
        if (OpenAiRequest.SamplingProblem(body, model) is { } problem)
        {
            await FailAsync(http, call, problem);
            return;
        }
        if (OpenAiRequest.Read(body, out var wrong) is not { } request)
        {
            await FailAsync(http, call, wrong ?? OpenAiError.Invalid("The request is not valid."));
            return;
        }
        call.Stream = request.Stream;
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
        await PlayAsync(http, call, request, model.Answer(request.Ask, Stage.Options));
    }

    private Task PlayAsync(HttpContext http, Call call, OpenAiRequest request, Answer answer)
    {
        var id = "chatcmpl-" + Guid.CreateVersion7().ToString("N");
        var most = request.Ask.MaxTokens;
        return request.Stream
            ? StreamAsync(
                http,
                call,
                answer,
                most,
                events => new OpenAiStream(events, request, answer.Quirks, call, id)
            )
            : WholeAsync(
                http,
                call,
                answer,
                most,
                whole => OpenAiBody.WriteAsync(http.Response, whole, call, answer.Quirks, id)
            );
    }
}
