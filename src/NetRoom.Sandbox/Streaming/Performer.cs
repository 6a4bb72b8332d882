using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Streaming;

/// <summary>Plays an answer step by step on a wire, in time, and keeps the call's account.</summary>
internal sealed class Performer(TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private const int MostUnflushed = 64;
    private static readonly TimeSpan BeforeCut = TimeSpan.FromMilliseconds(50);

    /// <summary>Plays to the end, or until the client hangs up; the call is ended in every case.</summary>
    /// <returns>How the call ended.</returns>
    public async Task<CallOutcome> PlayAsync(
        HttpContext http,
        Answer answer,
        int? maxTokens,
        IWire wire,
        Call call
    )
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted,
            lifetime.ApplicationStopping
        );
        var outcome = CallOutcome.Failed;
        try
        {
            outcome = await PlayAsync(
                http,
                answer,
                maxTokens ?? int.MaxValue,
                wire,
                call,
                leaving.Token
            );
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            outcome = http.RequestAborted.IsCancellationRequested
                ? CallOutcome.ClientGone
                : CallOutcome.Stopped;
            // An answer broken off by a shutdown must not look like a whole one.
            http.Abort();
        }
        finally
        {
            call.End(outcome, clock);
        }
        return call.Outcome;
    }

    private async Task<CallOutcome> PlayAsync(
        HttpContext http,
        Answer answer,
        int maxTokens,
        IWire wire,
        Call call,
        CancellationToken leaving
    )
    {
        using var pacer = new Pacer(clock);
        var finish = answer.Finish;
        var gap = answer.Tempo.First;
        var unflushed = 0;
        foreach (var step in answer.Steps)
        {
            leaving.ThrowIfCancellationRequested();
            if (step.Kind is StepKind.Abort or StepKind.Silence)
            {
                await wire.FlushAsync(leaving);
                return await LeaveAsync(http, step.Kind, leaving);
            }
            if (step.Kind is StepKind.Error)
            {
                wire.Error();
                call.End(CallOutcome.Failed, clock);
                await wire.FlushAsync(leaving);
                return CallOutcome.Failed;
            }

            var words = step.Words;
            var tokens = step.Tokens;
            if (tokens > 0 && call.OutputTokens + tokens > maxTokens)
            {
                finish = Finish.Length;
                tokens = maxTokens - call.OutputTokens;
                words = words[..Tokenizer.LengthOf(words.Span, tokens)];
            }

            var wait =
                step.Kind is StepKind.Pause ? step.Time
                : tokens > 0 ? gap
                : TimeSpan.Zero;
            var early = pacer.Advance(wait);
            if (early || unflushed >= MostUnflushed)
            {
                await wire.FlushAsync(leaving);
                unflushed = 0;
            }
            if (early)
            {
                await pacer.WaitAsync(leaving);
            }
            if (tokens > 0)
            {
                gap = answer.Tempo.Gap;
                call.Produced(
                    tokens,
                    step.Kind is StepKind.Reasoning or StepKind.HiddenReasoning,
                    clock
                );
            }
            if (!words.IsEmpty || step.Tokens == 0)
            {
                Write(wire, step, words.Span, call);
                unflushed++;
            }
            if (tokens < step.Tokens)
            {
                break;
            }
        }

        wire.Close(finish);
        // Before the last byte leaves: whoever has read it finds the call ended.
        call.End(CallOutcome.Completed, clock);
        await wire.FlushAsync(leaving);
        return CallOutcome.Completed;
    }

    private static void Write(IWire wire, Step step, ReadOnlySpan<char> words, Call call)
    {
        switch (step.Kind)
        {
            case StepKind.Text:
                wire.Text(words);
                break;
            case StepKind.Reasoning:
                wire.Reasoning(words);
                break;
            case StepKind.Refusal:
                wire.Refusal(words);
                break;
            case StepKind.ToolCall:
                call.CalledTool();
                wire.ToolCall(step.Name, words);
                break;
            case StepKind.Search:
                call.Searched();
                wire.Search(words);
                break;
            case StepKind.Cited:
                wire.Cited(words);
                break;
            case StepKind.Comment:
                wire.Comment(words);
                break;
            case StepKind.Usage:
                wire.UsageSoFar();
                break;
            case StepKind.Restart:
                call.StartOver();
                wire.Restart();
                break;
            default:
                break;
        }
    }

    private static async Task<CallOutcome> LeaveAsync(
        HttpContext http,
        StepKind kind,
        CancellationToken leaving
    )
    {
        await http.Response.StartAsync(leaving);
        await http.Response.BodyWriter.FlushAsync(leaving);
        if (kind is StepKind.Silence)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, leaving);
        }
        // Time for what was written to reach the network: an abort throws away what did not.
        await Task.Delay(BeforeCut, leaving);
        http.Abort();
        return CallOutcome.Cut;
    }
}
