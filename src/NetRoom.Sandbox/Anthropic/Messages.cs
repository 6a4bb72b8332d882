using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Anthropic;

/// <summary><c>POST /messages</c>, streamed and whole.</summary>
internal sealed class Messages(
    SandboxOptions options,
    CallLog log,
    PrefixCache cache,
    Flakiness flakiness,
    Performer performer,
    TimeProvider clock
)
{
    public async Task HandleAsync(HttpContext http)
    {
        var call = log.Open("anthropic");
        AnthropicHeaders.Write(http.Response, call);
        try
        {
            if (AnthropicHeaders.Key(http.Request) is not { } key)
            {
                await FailAsync(http, call, AnthropicError.BadKey);
                return;
            }
            call.Key = key;
            if (AnthropicHeaders.VersionProblem(http.Request) is { } problem)
            {
                await FailAsync(http, call, problem);
                return;
            }
            using var body = await JsonDocument.ParseAsync(
                http.Request.Body,
                default,
                http.RequestAborted
            );
            await AnswerAsync(http, call, body.RootElement);
        }
        catch (Exception bad)
            when (bad is JsonException or InvalidOperationException && !http.Response.HasStarted)
        {
            await FailAsync(
                http,
                call,
                AnthropicError.Invalid("The request body is not valid JSON.")
            );
        }
        catch (BadHttpRequestException bad)
        {
            await FailAsync(
                http,
                call,
                new AnthropicError(bad.StatusCode, "request_too_large", bad.Message)
            );
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            call.End(CallOutcome.ClientGone, clock);
        }
        finally
        {
            call.End(CallOutcome.Failed, clock);
        }
    }

    private async Task AnswerAsync(HttpContext http, Call call, JsonElement body)
    {
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
            cache,
            request.Prompt.Blocks,
            call.Model,
            options.ExplicitCacheMinimumTokens
        );
        call.InputTokens = request.Ask.Prompt.Tokens;
        call.CachedTokens = cached.Read;
        call.CacheWrittenTokens = cached.Written;
        await PlayAsync(http, call, request, model.Answer(request.Ask, options), cached);
    }

    private async Task PlayAsync(
        HttpContext http,
        Call call,
        AnthropicRequest request,
        Answer answer,
        CacheUse cached
    )
    {
        var usage = new AnthropicUsage(call, cached, answer.Quirks);
        var most = request.Ask.MaxTokens;
        if (request.Stream)
        {
            var events = new EventStream(http.Response, answer.Quirks);
            await events.StartAsync(http.RequestAborted);
            var wire = new AnthropicStream(
                events,
                usage,
                answer.Quirks,
                call,
                request.ShowThinking
            );
            await performer.PlayAsync(http, answer, most, wire, call);
            return;
        }
        http.Response.ContentType = "application/json";
        var whole = new Collector(http.Response);
        switch (await performer.PlayAsync(http, answer, most, whole, call))
        {
            case CallOutcome.Completed:
                await AnthropicBody.WriteAsync(
                    http.Response,
                    whole,
                    call,
                    usage,
                    request.ShowThinking
                );
                break;
            case CallOutcome.Failed:
                await FailAsync(http, call, AnthropicError.Overloaded);
                break;
            default:
                break;
        }
    }

    private async Task<bool> RefuseAsync(HttpContext http, Call call, UpfrontFault fault)
    {
        switch (fault)
        {
            case UpfrontFault.EverySecondCall when !flakiness.FailsNow(call.Model):
                return false;
            case UpfrontFault.HtmlPage:
                call.Status = StatusCodes.Status502BadGateway;
                call.End(CallOutcome.Failed, clock);
                await HtmlError.WriteAsync(http.Response);
                return true;
            case UpfrontFault.ErrorUnder200:
                await FailAsync(http, call, AnthropicError.Of(fault), StatusCodes.Status200OK);
                return true;
            default:
                await FailAsync(http, call, AnthropicError.Of(fault));
                return true;
        }
    }

    private async Task FailAsync(
        HttpContext http,
        Call call,
        AnthropicError error,
        int? status = null
    )
    {
        call.Status = status ?? error.Status;
        call.End(CallOutcome.Failed, clock);
        await error.WriteAsync(http.Response, call.Status);
    }
}
