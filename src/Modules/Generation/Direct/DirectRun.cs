using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Generation.Direct;

/// <summary>
/// A run that was held for: its caller takes the answer from it once, by translation or as it is, and then settles it. It is settled
/// whether the caller is still there or not.
/// </summary>
public sealed partial class DirectRun : IAsyncDisposable
{
    /// <summary>On an update: the provider began the message anew.</summary>
    public const string RestartMark = StreamMarks.Restart;

    /// <summary>In ChatOptions: the effort by the caller's own word.</summary>
    public const string EffortOption = StreamMarks.ReasoningEffort;

    private static readonly TimeSpan[] SettleAgainAfter =
    [
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(3),
        TimeSpan.FromSeconds(10),
        TimeSpan.FromSeconds(30),
    ];

    private readonly DirectRuns home;
    private readonly DirectRequest request;
    private readonly IProviders providers;
    private readonly IPassThrough passThrough;
    private readonly CancellationTokenSource cancel = new();
    private readonly ILogger log;
    private AnswerReading seen = new();
    private MediaUsage? made;
    private DirectFailure? failure;
    private bool hungUp;
    private bool lost;
    private bool began;
    private DirectEnd? end;

    internal DirectRun(
        DirectRuns home,
        DirectRequest request,
        Quote quote,
        IProviders providers,
        IPassThrough passThrough
    )
    {
        (this.home, this.request, Quote) = (home, request, quote);
        (this.providers, this.passThrough, log) = (providers, passThrough, home.Log);
        StartedAt = home.Clock.GetUtcNow();
    }

    public Guid Id => request.RunId;

    public ModelInfo Model => request.Model;

    /// <summary>The database knows of it: its lease is to be kept.</summary>
    internal bool IsHeld { get; set; }

    public Quote Quote { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>
    /// Why the answer broke off, as far as is known yet. An answer that came whole and was worth nothing (a refusal, no text) has none:
    /// only its end says that it was not charged.
    /// </summary>
    public DirectFailure? Failure => failure;

    /// <summary>
    /// The answer, translated from whatever the provider speaks. It ends early when the run fails, which <see cref="EndAsync"/> tells.
    /// </summary>
    /// <param name="gone">The caller's connection. When it breaks, the provider is cut off, or read to its end: that is its policy.</param>
    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages,
        ChatOptions options,
        [EnumeratorCancellation] CancellationToken gone
    )
    {
        using var listening = gone.Register(HangUp);
        options.ModelId = Model.WireName;
        options.AdditionalProperties ??= [];
        options.AdditionalProperties[StreamMarks.Sticky] = request.AccountId.ToString("n");
        if (request.Searches > 0)
            options.AdditionalProperties[StreamMarks.MostSearches] = request.Searches;
        options.MaxOutputTokens = Quote.MaxOutputTokens;
        IAsyncEnumerator<ChatResponseUpdate>? updates = null;
        try
        {
            while (true)
            {
                try
                {
                    if (updates is null)
                    {
                        began = true;
                        updates = providers
                            .ChatClient(Model)
                            .GetStreamingResponseAsync(messages, options, cancel.Token)
                            .GetAsyncEnumerator(cancel.Token);
                    }
                    if (!await updates.MoveNextAsync())
                        yield break;
                    AnswerMeter.Add(seen, updates.Current);
                    StopIfTooLong();
                }
                catch (Exception exception)
                {
                    Fail(exception);
                    yield break;
                }
                yield return updates.Current;
            }
        }
        finally
        {
            if (updates is not null)
                await updates.DisposeAsync();
        }
    }

    /// <summary>
    /// Opens the way for a caller who speaks the provider's protocol. Null when the provider failed before the answer began: see
    /// <see cref="Failure"/>. Of a whole answer it returns with its last byte.
    /// </summary>
    /// <param name="gone">As with <see cref="StreamAsync"/>.</param>
    public async Task<Passage?> PassAsync(PassageRequest asked, CancellationToken gone)
    {
        var listening = gone.Register(HangUp);
        PassThroughCall? call = null;
        try
        {
            began = true;
            call = passThrough.Call(
                Model,
                new PassThroughRequest(
                    asked.Protocol,
                    asked.Body,
                    asked.Stream,
                    Quote.MaxOutputTokens
                )
                {
                    IncludeUsage = asked.IncludeUsage,
                    Needs = asked.Needs,
                    MostSearches = request.Searches,
                    Version = asked.Version,
                    Betas = asked.Betas,
                    Sticky = request.AccountId.ToString("n"),
                }
            );
            await call.OpenAsync(cancel.Token);
            seen = call.Seen;
            return new Passage(this, call, listening);
        }
        catch (Exception exception)
        {
            await listening.DisposeAsync();
            call?.Dispose();
            Fail(exception);
            return null;
        }
    }

    /// <summary>
    /// For everything that is no text. It goes on when the caller hangs up: what is made by then is paid for at the provider, and an
    /// Idempotency-Key can still fetch it.
    /// </summary>
    /// <returns>Null when it failed: see <see cref="Failure"/>.</returns>
    internal async Task<T?> MakeAsync<T>(
        Func<CancellationToken, Task<(T Answer, MediaUsage Usage)>> make
    )
        where T : class
    {
        try
        {
            began = true;
            (var answer, made) = await make(cancel.Token);
            return answer;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return null;
        }
    }

    /// <summary>The answer cannot be finished for its caller, through no fault of theirs.</summary>
    public void Break() => failure ??= new DirectFailure(Failures.Code(ProviderErrorKind.Cut));

    /// <summary>Settles the run: once, whoever asks. The caller's connection has no say in it.</summary>
    public async Task<DirectEnd> EndAsync()
    {
        if (end is not null)
            return end;
        var (ending, charge) = request.Media is { } plan
            ? Settling.Of(plan, Quote, made, failure)
            : Settling.Of(request, Quote, seen, failure, hungUp, began);
        var command = new EndCommand(
            Id,
            home.Node,
            ending.State,
            charge is { Amount.IsZero: false } ? charge : null,
            Settling.Json(ending.Usage),
            ending.Failure?.Code
        );
        end = ending with { Charged = charge?.Amount ?? Money.Zero };
        if (ending.Unpriced is { } unpriced)
            NoRate(unpriced, Id, Model.Id, Quote.PriceVersionId);
        try
        {
            var answer = await home.Ledger.AskAsync(command);
            home.Remove(this);
            return end = end with { Charged = new Money(answer.Amount) };
        }
        catch (Exception exception)
        {
            SettleFailed(exception, Id, 1);
            // The caller has an answer to read meanwhile; the lease is kept until it is done.
            _ = Task.Run(() => SettleAsync(command), CancellationToken.None);
            return end;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever drops a run in the middle has broken on our side.
        if (end is null && began && seen.Finish is null)
            failure ??= new DirectFailure(Failures.Unexpected);
        await EndAsync();
        cancel.Dispose();
    }

    /// <summary>The lease was lost: nobody would pay for going on.</summary>
    internal void Lose()
    {
        lost = true;
        Cancel();
    }

    internal void StopIfTooLong()
    {
        // A provider that ignores its limit must not run on at our cost.
        if (seen.Ascii + seen.Other > Quote.MaxOutputTokens * 16L + 1_024)
            throw new ProviderException(ProviderErrorKind.Cut, "The answer passed its limit.");
    }

    internal void Fail(Exception exception)
    {
        if (exception is OperationCanceledException && cancel.IsCancellationRequested)
        {
            if (!hungUp || lost)
                failure ??= new DirectFailure(Failures.Interrupted);
            return;
        }
        if (exception is ProviderException provider)
        {
            ProviderFailed(Id, Model.Id, provider.Kind, provider.HttpStatus);
            failure ??= Settling.Failure(provider);
            return;
        }
        Broke(exception, Id, Model.Id);
        failure ??= new DirectFailure(Failures.Unexpected);
    }

    private void HangUp()
    {
        if (passThrough.Drains(Model))
            return;
        hungUp = true;
        Cancel();
    }

    private void Cancel()
    {
        try
        {
            cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has ended this very moment.
        }
    }

    private async Task SettleAsync(EndCommand command)
    {
        for (var attempt = 0; attempt < SettleAgainAfter.Length; attempt++)
        {
            await Task.Delay(SettleAgainAfter[attempt], home.Clock);
            try
            {
                await home.Ledger.AskAsync(command);
                break;
            }
            catch (Exception exception)
            {
                SettleFailed(exception, Id, attempt + 2);
            }
        }
        // If it is still not settled, the lease runs out, and the reaper releases the hold: nobody pays.
        home.Remove(this);
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

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Run {RunId} of {ModelId} used what price version {Price} does not price; it was not charged"
    )]
    private partial void NoRate(Exception exception, Guid runId, string modelId, Guid price);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} of {ModelId} broke on our side")]
    private partial void Broke(Exception exception, Guid runId, string modelId);
}
