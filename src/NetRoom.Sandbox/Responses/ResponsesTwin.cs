using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.OpenAi;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Responses;

/// <summary><c>POST /responses</c>, streamed and whole, without state.</summary>
internal sealed class ResponsesTwin(Stage stage) : TextTwin("openai-responses", stage)
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
        call.Model = ModelCatalogue.Prefix(Protocol.Responses) + model.Name;
        if (
            (
                OpenAiFields.Unknown(body, OpenAiFields.Responses)
                ?? OpenAiRequest.SamplingProblem(body, model)
            ) is
            { } problem
        )
        {
            await FailAsync(http, call, problem);
            return;
        }
        if (ResponsesRequest.Read(body, out var wrong) is not { } request)
        {
            await FailAsync(http, call, wrong ?? OpenAiError.Invalid("The request is not valid."));
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
        await PlayAsync(http, call, request, model.Answer(request.Ask, Stage.Options));
    }

    private Task PlayAsync(HttpContext http, Call call, ResponsesRequest request, Answer answer)
    {
        var writer = new ResponsesWriter(call, request, answer.Quirks);
        var most = request.Ask.MaxTokens;
        return request.Stream
            ? StreamAsync(
                http,
                call,
                answer,
                most,
                events => new ResponsesStream(events, writer, request)
            )
            : WholeAsync(
                http,
                call,
                answer,
                most,
                whole => writer.WriteAsync(http.Response, whole)
            );
    }
}
