using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.OpenAi;

/// <summary><c>POST /chat/completions</c>, streamed and whole.</summary>
internal sealed class ChatCompletions(
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
        var call = log.Open("openai");
        OpenAiHeaders.Write(http.Response, call);
        try
        {
            if (OpenAiHeaders.Key(http.Request) is not { } key)
            {
                await FailAsync(http, call, OpenAiError.BadKey);
                return;
            }
            call.Key = key;
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
            var error = OpenAiError.Invalid("We could not parse the JSON body of your request.");
            await FailAsync(http, call, error);
        }
        catch (BadHttpRequestException bad)
        {
            await FailAsync(
                http,
                call,
                OpenAiError.Invalid(bad.Message) with
                {
                    Status = bad.StatusCode,
                }
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
        if (
            body.ValueKind is not JsonValueKind.Object
            || !body.TryGetProperty("model", out var id)
            || id.ValueKind is not JsonValueKind.String
        )
        {
            await FailAsync(http, call, OpenAiError.Invalid("you must provide a model parameter"));
            return;
        }
        if (ModelCatalogue.Find(Protocol.OpenAi, id.GetString() ?? "") is not { } model)
        {
            await FailAsync(http, call, OpenAiError.NoModel(id.GetString() ?? ""));
            return;
        }
        call.Model = ModelCatalogue.Prefix(Protocol.OpenAi) + model.Name;
        if (OpenAiRequest.SamplingProblem(body, model) is { } problem)
        {
            await FailAsync(http, call, problem);
            return;
        }
        if (OpenAiRequest.Read(body, out var error) is not { } request)
        {
            await FailAsync(http, call, error ?? OpenAiError.Invalid("The request is not valid."));
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
            cache,
            prompt,
            call.Model,
            options.ImplicitCacheMinimumTokens
        );
        await PlayAsync(http, call, request, model.Answer(request.Ask, options));
    }

    private async Task PlayAsync(HttpContext http, Call call, OpenAiRequest request, Answer answer)
    {
        var id = "chatcmpl-" + Guid.CreateVersion7().ToString("N");
        if (request.Stream)
        {
            var events = new EventStream(http.Response, answer.Quirks);
            await events.StartAsync(http.RequestAborted);
            var wire = new OpenAiStream(events, request, answer.Quirks, call, id);
            await performer.PlayAsync(http, answer, request.Ask.MaxTokens, wire, call);
            return;
        }
        http.Response.ContentType = "application/json";
        var whole = new Collector(http.Response);
        switch (await performer.PlayAsync(http, answer, request.Ask.MaxTokens, whole, call))
        {
            case CallOutcome.Completed:
                await OpenAiBody.WriteAsync(http.Response, whole, call, answer.Quirks, id);
                break;
            case CallOutcome.Failed:
                await FailAsync(http, call, OpenAiError.InStream);
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
                await FailAsync(http, call, OpenAiError.Of(fault), StatusCodes.Status200OK);
                return true;
            default:
                await FailAsync(http, call, OpenAiError.Of(fault));
                return true;
        }
    }

    private async Task FailAsync(HttpContext http, Call call, OpenAiError error, int? status = null)
    {
        call.Status = status ?? error.Status;
        call.End(CallOutcome.Failed, clock);
        await error.WriteAsync(http.Response, call.Status);
    }
}
