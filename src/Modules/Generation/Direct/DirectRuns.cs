using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Generation.Runs;
using NetRoom.Kernel;
using NetRoom.Providers;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Generation.Direct;

/// <summary>Starts direct runs, and knows those of this node so that their leases are kept.</summary>
internal sealed class DirectRuns(
    DirectLedger ledger,
    Quotes.Quotes quotes,
    IProviders providers,
    IPassThrough passThrough,
    LiveRuns runs,
    TimeProvider clock,
    ILogger<DirectRun> log
) : IDirectRuns, IRunOwner
{
    public const string Origin = "api";

    private static readonly Money NoBudget = new(long.MaxValue);
    private readonly ConcurrentDictionary<Guid, DirectRun> live = new();

    string IRunOwner.Origin => Origin;

    public ICollection<DirectRun> All => live.Values;

    public Guid Node => runs.Node;

    public DirectLedger Ledger => ledger;

    public TimeProvider Clock => clock;

    public ILogger Log => log;

    public Outcome<Quote> Quote(DirectRequest request) => Quote(request, NoBudget);

    public bool Speaks(ModelInfo model, WireProtocol protocol, PassageNeeds needs) =>
        passThrough.Speaks(model, protocol, needs);

    public async Task<Outcome<DirectRun>> StartAsync(DirectRequest request)
    {
        if (runs.Leaving.IsCancellationRequested)
            return new Problem(ProblemKind.Unavailable, "generation.leaving");
        var outcome = await StartAsync(request, NoBudget);
        // Whoever set no limit gets the answer that the balance covers.
        return
            outcome.Problem
                is { Code: "billing.balance_short", Args: [_, Money { Micro: > 0 } left] }
            && request is { OutputLimit: null, Media: null }
            ? await StartAsync(request, left)
            : outcome;
    }

    public void Remove(DirectRun run) => live.TryRemove(run.Id, out _);

    /// <summary>Nobody is told: the caller of a direct run reads it itself, and it has gone if anybody else ends the run.</summary>
    public Task OnEndedAsync(RunOutcome outcome, CancellationToken cancel) => Task.CompletedTask;

    private Outcome<Quote> Quote(DirectRequest request, Money budget) =>
        request.Media is { } plan
            ? quotes.For(request.Model, plan)
            : quotes.For(
                new QuoteRequest(
                    request.Model,
                    request.Prompt,
                    // A model that can reason does so unasked.
                    request.Model.Reasons
                        ? request.Model.Efforts[^1]
                        : null,
                    budget
                )
                {
                    OutputLimit = request.OutputLimit,
                    Media = request.PromptMedia,
                    Searches = request.Searches,
                }
            );

    private async Task<Outcome<DirectRun>> StartAsync(DirectRequest request, Money budget)
    {
        if (!Quote(request, budget).Succeeded(out var quote, out var problem))
            return problem;
        var run = new DirectRun(this, request, quote, providers, passThrough);
        live.TryAdd(run.Id, run);
        try
        {
            var answer = await ledger.AskAsync(new StartCommand(request, quote));
            if (answer.Outcome is "held" or "replayed")
            {
                run.IsHeld = true;
                return run;
            }
            problem = Refusal(request, quote, answer);
        }
        catch
        {
            Remove(run);
            throw;
        }
        Remove(run);
        return problem;
    }

    private static Problem Refusal(DirectRequest request, Quote quote, DirectAnswer answer) =>
        answer.Outcome is "cap_day" or "cap_month" && request.Cap is not null
            ? new Problem(
                ProblemKind.Forbidden,
                answer.Outcome == "cap_day" ? "generation.cap_day" : "generation.cap_month",
                quote.Ceiling,
                new Money(answer.Amount)
            )
            : LedgerTerms.Refusal(quote, answer.Outcome, answer.Amount);
}
