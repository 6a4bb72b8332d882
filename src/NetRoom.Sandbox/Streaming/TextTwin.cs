using System.Text.Json;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Faults;

namespace NetRoom.Sandbox.Streaming;

/// <summary>An error in the shape of its protocol.</summary>
internal interface ITwinError
{
    int Status { get; }

    /// <param name="response">Not yet started.</param>
    /// <param name="status">Instead of the error's own.</param>
    Task WriteAsync(HttpResponse response, int? status = null);
}

/// <summary>What the inside of a twin works with.</summary>
internal sealed record Stage(
    CallLog Log,
    PrefixCache Cache,
    Flakiness Flakiness,
    Performer Performer,
    SandboxOptions Options,
    TimeProvider Clock
);

/// <summary>The way of a request through a text protocol: key, body, model, faults, answer, and its account in any case.</summary>
internal abstract class TextTwin(string protocol, Stage stage)
{
    protected Stage Stage => stage;

    protected abstract ITwinError BadKey { get; }

    /// <summary>What breaks an answer that has begun, for those who wait for it in one piece.</summary>
    protected abstract ITwinError Broken { get; }

    protected abstract string? Key(HttpRequest request);

    protected abstract void Headers(HttpResponse response, Call call);

    protected abstract ITwinError Invalid(string message, int status);

    protected abstract ITwinError Of(UpfrontFault fault);

    /// <summary>Finds the model, reads the request and plays the answer, or refuses.</summary>
    protected abstract Task AnswerAsync(HttpContext http, Call call, JsonElement body);

    public async Task HandleAsync(HttpContext http)
    {
        var call = stage.Log.Open(protocol);
        Headers(http.Response, call);
        try
        {
            if (Key(http.Request) is not { } key)
            {
                await FailAsync(http, call, BadKey);
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
            await FailAsync(
                http,
                call,
                Invalid(
                    "We could not parse the JSON body of your request.",
                    StatusCodes.Status400BadRequest
                )
            );
        }
        catch (BadHttpRequestException bad)
        {
            await FailAsync(http, call, Invalid(bad.Message, bad.StatusCode));
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            call.End(CallOutcome.ClientGone, stage.Clock);
        }
        finally
        {
            call.End(CallOutcome.Failed, stage.Clock);
        }
    }

    /// <summary>Streams the answer with its quirks.</summary>
    protected async Task StreamAsync(
        HttpContext http,
        Call call,
        Answer answer,
        int? most,
        Func<EventStream, IWire> wire,
        Quirks extra = Quirks.None
    )
    {
        call.Stream = true;
        var events = new EventStream(http.Response, answer.Quirks | extra);
        await events.StartAsync(http.RequestAborted);
        await stage.Performer.PlayAsync(http, answer, most, wire(events), call);
    }

    /// <summary>Gives the answer in one piece; <paramref name="write"/> is called for a completed one.</summary>
    protected async Task WholeAsync(
        HttpContext http,
        Call call,
        Answer answer,
        int? most,
        Func<Collector, Task> write
    )
    {
        http.Response.ContentType = "application/json";
        var whole = new Collector(http.Response);
        switch (await stage.Performer.PlayAsync(http, answer, most, whole, call))
        {
            case CallOutcome.Completed:
                await write(whole);
                break;
            case CallOutcome.Failed:
                await FailAsync(http, call, Broken);
                break;
            default:
                break;
        }
    }

    /// <summary>False when the fault lets this call through.</summary>
    protected async Task<bool> RefuseAsync(HttpContext http, Call call, UpfrontFault fault)
    {
        switch (fault)
        {
            case UpfrontFault.EverySecondCall when !stage.Flakiness.FailsNow(call.Model):
                return false;
            case UpfrontFault.HtmlPage:
                call.Status = StatusCodes.Status502BadGateway;
                call.End(CallOutcome.Failed, stage.Clock);
                await HtmlError.WriteAsync(http.Response);
                return true;
            case UpfrontFault.ErrorUnder200:
                await FailAsync(http, call, Of(fault), StatusCodes.Status200OK);
                return true;
            default:
                await FailAsync(http, call, Of(fault));
                return true;
        }
    }

    protected async Task FailAsync(
        HttpContext http,
        Call call,
        ITwinError error,
        int? status = null
    )
    {
        call.Status = status ?? error.Status;
        call.End(CallOutcome.Failed, stage.Clock);
        await error.WriteAsync(http.Response, call.Status);
    }
}
