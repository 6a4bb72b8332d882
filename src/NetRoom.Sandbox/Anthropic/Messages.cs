using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Anthropic;

/// <summary><c>POST /messages</c>, streamed and whole.</summary>
internal sealed class Messages(Stage stage) : TextTwin("anthropic", stage)
{
    protected override ITwinError BadKey => AnthropicError.BadKey;

    protected override ITwinError Broken => AnthropicError.Overloaded;

    protected override string? Key(HttpRequest request) => AnthropicHeaders.Key(request);

    protected override void Headers(HttpResponse response, Call call) =>
        AnthropicHeaders.Write(response, call);

    protected override ITwinError Invalid(string message, int status) =>
        status == StatusCodes.Status400BadRequest
            ? AnthropicError.Invalid("The request body is not valid JSON.")
            : new AnthropicError(status, "request_too_large", message);

    protected override ITwinError Of(UpfrontFault fault) => AnthropicError.Of(fault);

    protected override async Task AnswerAsync(HttpContext http, Call call, JsonElement body)
    {
        if (AnthropicHeaders.VersionProblem(http.Request) is { } problem)
        {
            await FailAsync(http, call, problem);
            return;
        }
        if (body.Text("model") is not { } id)
        {
            await FailAsync(http, call, AnthropicError.Invalid("model: Field required"));
            return;
        }
        if (ModelCatalogue.Find(Protocol.Anthropic, id) is not { } model)
        {
            await FailAsync(http, call, AnthropicError.NoModel(id));
            return;
        }
        call.Model = ModelCatalogue.Prefix(Protocol.Anthropic) + model.Name;
        var newVersion = AnthropicHeaders.IsNewVersion(http.Request);
        if (AnthropicRequest.Read(body, newVersion, out var error) is not { } request)
        {
            await FailAsync(
                http,
                call,
                error ?? AnthropicError.Invalid("The request is not valid.")
            );
            return;
        }
        call.Stream = request.Stream;
        if (model.Upfront is { } fault && await RefuseAsync(http, call, fault))
        {
            return;
        }
        var cached = AnthropicCache.Use(
            Stage.Cache,
            request.Prompt.Blocks,
            call.Model,
            Stage.Options.ExplicitCacheMinimumTokens
        );
        call.InputTokens = request.Ask.Prompt.Tokens;
        call.CachedTokens = cached.Read;
        call.CacheWrittenTokens = cached.Written;
        await PlayAsync(http, call, request, model.Answer(request.Ask, Stage.Options), cached);
    }

    private Task PlayAsync(
        HttpContext http,
        Call call,
        AnthropicRequest request,
        Answer answer,
        CacheUse cached
    )
    {
        var usage = new AnthropicUsage(call, cached, answer.Quirks);
        var most = request.Ask.MaxTokens;
        var shown = request.ShowThinking;
        return request.Stream
            ? StreamAsync(
                http,
                call,
                answer,
                most,
                events => new AnthropicStream(events, usage, answer.Quirks, call, shown)
            )
            : WholeAsync(
                http,
                call,
                answer,
                most,
                whole => AnthropicBody.WriteAsync(http.Response, whole, call, usage, shown)
            );
    }
}
