using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;
using NetRoom.Api.Idempotency;
using NetRoom.Catalog;
using NetRoom.Generation.Direct;
using NetRoom.Kernel;

namespace NetRoom.Api.Calls;

/// <summary>
/// A call for text, from its bytes to its price: read, held for, run, settled, answered. Bytes pass as they are when the provider speaks
/// the caller's protocol, and are translated otherwise.
/// </summary>
internal sealed class TextCalls(IDirectRuns runs, CallableModels models, LinkedFiles files)
{
    private static readonly JsonWriterOptions AsItIs = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task HandleAsync(HttpContext context, ApiCaller caller, ITextProtocol protocol)
    {
        using var body = await RequestBytes.ReadAsync(context.Request);
        DirectRequest request;
        TextAsk ask;
        TranslatedAsk? translated = null;
        try
        {
            ask = protocol.Read(body.Memory.Span);
            request = Request(caller, ask) with { RunId = context.NewRunId() };
            if (!runs.Speaks(request.Model, protocol.Wire, ask.Needs))
            {
                using (var json = JsonDocument.Parse(body.Memory))
                    translated = protocol.Translate(json.RootElement);
                await ReadFilesAsync(request, ask, translated, context.RequestAborted);
                request = request with { Prompt = ask.Prompt.Size, PromptMedia = ask.Prompt.Media };
            }
        }
        catch (RefusedRequestException refused)
        {
            await ApiErrors.WriteAsync(context, refused.Error);
            return;
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            await ApiErrors.WriteAsync(context, CallErrors.NoJson);
            return;
        }
        var started = await runs.StartAsync(request);
        if (!started.Succeeded(out var run, out var problem))
        {
            await ApiErrors.WriteAsync(context, CallErrors.Of(problem));
            return;
        }
        await using (run)
        {
            context.Response.Headers[ApiHeaders.Generation] = run.Id.ToString();
            if (translated is not null && ask.Stream)
                await StreamAsync(context, run, protocol, ask, translated);
            else if (translated is not null)
                await AnswerAsync(context, run, protocol, translated);
            else
                await PassAsync(context, run, protocol, ask, body.Memory);
        }
    }

    /// <summary>The model that a request names, if this caller may use it.</summary>
    /// <exception cref="RefusedRequestException">There is none, or it may not.</exception>
    public DirectRequest Request(ApiCaller caller, TextAsk ask) =>
        new(
            Ids.New(),
            caller.AccountId,
            caller.KeyId,
            models.Find(caller, ask.Model, ModelGroup.Text),
            ask.Prompt.Size,
            ask.OutputLimit,
            new SpendCap(caller.KeyId, caller.PerDay, caller.PerMonth)
        )
        {
            PromptMedia = ask.Prompt.Media,
            Searches = ask.Searches,
        };

    /// <exception cref="RefusedRequestException">A file that is named by its address cannot be had; or the request cannot run with it.</exception>
    private async Task ReadFilesAsync(
        DirectRequest request,
        TextAsk ask,
        TranslatedAsk translated,
        CancellationToken gone
    )
    {
        if (LinkedFiles.In(translated.Messages) is { Count: > 0 } places)
        {
            // Nothing is fetched for a request that cannot run.
            if (!runs.Quote(request).Succeeded(out _, out var problem))
                throw new RefusedRequestException(CallErrors.Of(problem));
            await files.InlineAsync(places, ask.Prompt, gone);
        }
        foreach (var file in translated.Messages.SelectMany(message => message.Contents))
            if (file is DataContent data)
                ask.Prompt.Add(data);
    }

    private static async Task PassAsync(
        HttpContext context,
        DirectRun run,
        ITextProtocol protocol,
        TextAsk ask,
        ReadOnlyMemory<byte> body
    )
    {
        var asked = new PassageRequest(protocol.Wire, body, ask.Stream)
        {
            IncludeUsage = ask.IncludeUsage,
            Needs = ask.Needs,
            Version = protocol.Version(context.Request),
            Betas = context.Request.Headers[ApiProtocols.AnthropicBeta],
        };
        using var passage = await run.PassAsync(asked, context.RequestAborted);
        if (passage is null || (ask.Stream && !await passage.BeginAsync()))
        {
            await FailAsync(context, run);
            return;
        }
        var output = context.Response.BodyWriter;
        DirectEnd end;
        if (ask.Stream)
        {
            BeginStream(context.Response);
            await passage.CopyToEndAsync(output);
            end = await run.EndAsync();
            if (run.Failure is { } failure)
                protocol.WriteStreamError(output, CallErrors.Of(failure), context.TraceIdentifier);
            else
                passage.WriteEnd(output, CostMember(end), Usage(protocol, end));
        }
        else
        {
            end = await run.EndAsync();
            BeginWhole(context.Response, end);
            passage.WriteWhole(output, CostMember(end));
        }
        await output.FlushAsync(CancellationToken.None);
    }

    private static async Task AnswerAsync(
        HttpContext context,
        DirectRun run,
        ITextProtocol protocol,
        TranslatedAsk asked
    )
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (
            var update in run.StreamAsync(asked.Messages, asked.Options, context.RequestAborted)
        )
        {
            if (IsRestart(update))
                updates.Clear();
            updates.Add(update);
        }
        var end = await run.EndAsync();
        if (run.Failure is not null)
        {
            await FailAsync(context, run);
            return;
        }
        BeginWhole(context.Response, end);
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, AsItIs))
            protocol.WriteWhole(json, run, updates.ToChatResponse(), end);
        await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
    }

    private static async Task StreamAsync(
        HttpContext context,
        DirectRun run,
        ITextProtocol protocol,
        TextAsk ask,
        TranslatedAsk asked
    )
    {
        var output = context.Response.BodyWriter;
        using var stream = protocol.Stream(run, ask, output);
        await foreach (
            var update in run.StreamAsync(asked.Messages, asked.Options, context.RequestAborted)
        )
        {
            // What was sent cannot be taken back.
            if (IsRestart(update) && stream.HasBegun)
            {
                run.Break();
                break;
            }
            if (!context.Response.HasStarted)
                BeginStream(context.Response);
            stream.Add(update);
            await output.FlushAsync(CancellationToken.None);
        }
        var end = await run.EndAsync();
        if (run.Failure is { } failure && context.Response.HasStarted)
            protocol.WriteStreamError(output, CallErrors.Of(failure), context.TraceIdentifier);
        else if (run.Failure is not null)
        {
            await FailAsync(context, run);
            return;
        }
        else
        {
            if (!context.Response.HasStarted)
                BeginStream(context.Response);
            stream.End(end);
        }
        await output.FlushAsync(CancellationToken.None);
    }

    private static async Task FailAsync(HttpContext context, DirectRun run)
    {
        await run.EndAsync();
        if (!context.RequestAborted.IsCancellationRequested && run.Failure is { } failure)
            await ApiErrors.WriteAsync(context, CallErrors.Of(failure));
    }

    private static bool IsRestart(ChatResponseUpdate update) =>
        update.AdditionalProperties?.ContainsKey(DirectRun.RestartMark) == true;

    private static void BeginStream(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private static void BeginWhole(HttpResponse response, DirectEnd end)
    {
        response.ContentType = "application/json";
        response.Headers[ApiHeaders.Cost] = end.Charged.ToInvariantNumber();
    }

    private static byte[] CostMember(DirectEnd end) =>
        Encoding.ASCII.GetBytes($"\"cost_rub\":\"{end.Charged.ToInvariantNumber()}\"");

    private static ReadOnlySpan<byte> Usage(ITextProtocol protocol, DirectEnd end)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
            protocol.WriteUsage(json, end);
        return buffer.WrittenSpan;
    }
}
