using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Providers;

namespace NetRoom.Generation.Runs;

/// <summary>Runs one request against its provider and settles it, whatever happens.</summary>
internal sealed partial class RunExecution(
    LiveRuns runs,
    IProviders providers,
    IServiceScopeFactory scopes,
    TimeProvider clock,
    ILogger<RunExecution> log
)
{
    private static readonly TimeSpan[] SettleAgainAfter =
    [
        TimeSpan.FromSeconds(0.2),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(3),
        TimeSpan.FromSeconds(10),
        TimeSpan.FromSeconds(30),
    ];

    public async Task ExecuteAsync(LiveRun live)
    {
        try
        {
            var ending = await RunAsync(live);
            await SettleAsync(live, ending);
        }
        catch (Exception exception)
        {
            // The lease runs out, the reaper releases the hold: nobody pays.
            RunLost(exception, live.Request.RunId);
            live.End("lost");
        }
        finally
        {
            // Its Cancel is not disposed: somebody may press Stop at this very moment.
            runs.Remove(live.Request.RunId);
        }
    }

    private async Task<Ending> RunAsync(LiveRun live)
    {
        var request = live.Request;
        var read = new Reading();
        try
        {
            var options = new ChatOptions
            {
                ModelId = request.Model.WireName,
                MaxOutputTokens = request.Quote.MaxOutputTokens,
                AdditionalProperties = new()
                {
                    [StreamMarks.Sticky] = request.AccountId.ToString("n"),
                },
            };
            if (request.Effort is { } effort)
                options.AdditionalProperties[StreamMarks.ReasoningEffort] = effort;
            using var client = providers.ChatClient(request.Model);
            await foreach (
                var update in client.GetStreamingResponseAsync(
                    request.Messages,
                    options,
                    live.Cancel.Token
                )
            )
            {
                Take(live, update, read);
                // A provider that ignores its limit must not run on at our cost.
                if (live.ProducedLength > request.Quote.MaxOutputTokens * 16L)
                    break;
            }

            return Finished(live, read);
        }
        catch (OperationCanceledException) when (live.Cancel.IsCancellationRequested)
        {
            return live.StopRequested
                ? Stopped(live, read)
                : Failed(live, read, RunState.Interrupted, Failures.Interrupted);
        }
        catch (ProviderException failure)
        {
            ProviderFailed(request.RunId, request.Model.Id, failure.Kind, failure.HttpStatus);
            return Failed(live, read, RunState.Failed, Failures.Code(failure.Kind));
        }
        catch (Exception exception)
        {
            // A unit without a price, a bug of an adapter: ours to mend, not the person's to pay.
            RunBroke(exception, request.RunId, request.Model.Id);
            return Failed(live, read, RunState.Failed, Failures.Unexpected);
        }
    }

    private sealed class Reading
    {
        public UsageDetails? Usage { get; set; }
        public ChatFinishReason? Finish { get; set; }
    }

    private static void Take(LiveRun live, ChatResponseUpdate update, Reading read)
    {
        if (update.AdditionalProperties?.ContainsKey("restart") == true)
            live.Restart();
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextReasoningContent { Text.Length: > 0 } reasoning:
                    live.Append(RunEventKind.Reasoning, reasoning.Text);
                    break;
                case TextContent { Text.Length: > 0 } text:
                    live.Append(RunEventKind.Text, text.Text);
                    break;
                case UsageContent usage:
                    read.Usage = usage.Details;
                    break;
            }
        }

        read.Finish = update.FinishReason ?? read.Finish;
    }

    private static Ending Finished(LiveRun live, Reading read)
    {
        if (read.Finish == ChatFinishReason.ContentFilter)
            return Failed(live, read, RunState.Failed, Failures.Refused);
        if (!live.HasText)
            return Failed(
                live,
                read,
                RunState.Failed,
                read.Finish == ChatFinishReason.Length ? Failures.AllThought : Failures.Empty
            );
        return Charged(live, read, RunState.Completed, read.Finish == ChatFinishReason.Length);
    }

    /// <summary>Stop charges what was produced, and nothing if nothing was.</summary>
    private static Ending Stopped(LiveRun live, Reading read) =>
        live.HasText
            ? Charged(live, read, RunState.Stopped, truncated: false)
            : Failed(live, read, RunState.Stopped, null);

    private static Ending Charged(LiveRun live, Reading read, RunState state, bool truncated)
    {
        var quote = live.Request.Quote;
        // The usage of a stopped run was counted before the end, if at all; what came since is ours to count.
        var usage =
            (state == RunState.Stopped ? null : Counted(read.Usage, quote.Rates))
            ?? Estimate(live, read.Usage);
        var (text, reasoning) = live.Content;
        var charge = Charge.Compute(quote.Rates, quote.CoefficientPpm, usage, quote.Ceiling);
        return new Ending(state, text, reasoning, charge, usage, null, truncated);
    }

    private static Ending Failed(LiveRun live, Reading read, RunState state, string? failure)
    {
        var (text, reasoning) = live.Content;
        return new Ending(state, text, reasoning, null, read.Usage.ToUsage(), failure, false);
    }

    /// <summary>A provider's own price stands in for its tokens where the price version goes by it.</summary>
    private static Usage? Counted(UsageDetails? details, RateCard rates) =>
        details?.AdditionalCounts is { } counts
        && counts.TryGetValue(UsageReading.ReportedMicroDollars, out var cost)
        && rates.Find(UnitKind.ReportedCost, null, 0) is not null
            ? new Usage([new UnitCount(UnitKind.ReportedCost, cost)])
            : details.ToUsage();

    private static Usage Estimate(LiveRun live, UsageDetails? partial)
    {
        var prompt = live.Request.Messages.Aggregate(
            default(TextSize),
            (sum, message) => sum + TextSize.Of(message.Text)
        );
        return new Usage(
            [
                new UnitCount(UnitKind.Input, partial?.InputTokenCount ?? prompt.Tokens),
                new UnitCount(UnitKind.Output, live.Produced.Tokens),
            ],
            Estimated: true
        );
    }

    private async Task SettleAsync(LiveRun live, Ending ending)
    {
        var events = live.Unstored(includePending: true);
        var last = new RunEvent(live.LastSeq + 1, RunEventKind.End, "");
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var settlement = scope.ServiceProvider.GetRequiredService<Settlement>();
                var outcome = await settlement.EndAsync(
                    live.Request.RunId,
                    runs.Node,
                    ending,
                    [.. events, last],
                    CancellationToken.None
                );
                live.End(outcome is null ? "lost" : "");
                return;
            }
            catch (Exception exception) when (attempt < SettleAgainAfter.Length)
            {
                SettleFailed(exception, live.Request.RunId, attempt + 1);
                await Task.Delay(SettleAgainAfter[attempt], clock);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Run {RunId} of {ModelId}: provider failed, {Kind} {Status}"
    )]
    private partial void ProviderFailed(
        Guid runId,
        string modelId,
        ProviderErrorKind kind,
        int? status
    );

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Run {RunId} could not be settled, attempt {Attempt}"
    )]
    private partial void SettleFailed(Exception exception, Guid runId, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} of {ModelId} broke on our side")]
    private partial void RunBroke(Exception exception, Guid runId, string modelId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} is lost and left to the reaper")]
    private partial void RunLost(Exception exception, Guid runId);
}
