using Microsoft.Extensions.Hosting;
using Polly;
using Polly.Hedging;

namespace NetRoom.Providers.Routing;

/// <summary>
/// Looks after providers whose circuit is open, so that people's runs need not: an answer to a list of models, whatever it
/// says, closes its circuits. Hedged: a second question goes out when the first is slow, since one connection may be stuck.
/// </summary>
internal sealed class HealthProbe(
    Circuits circuits,
    ProviderTargets targets,
    IHttpClientFactory http,
    TimeProvider time
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly ResiliencePipeline<bool> hedged = new ResiliencePipelineBuilder<bool>
    {
        TimeProvider = time,
    }
        .AddHedging(
            new HedgingStrategyOptions<bool>
            {
                MaxHedgedAttempts = 1,
                Delay = TimeSpan.FromSeconds(1),
                ShouldHandle = new PredicateBuilder<bool>()
                    .Handle<HttpRequestException>()
                    .HandleResult(false),
            }
        )
        .Build();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Task.WhenAll(
                circuits.Open.Select(open => LookAsync(open.Key, [.. open], stoppingToken))
            );
    }

    private async Task LookAsync(string provider, Circuit[] open, CancellationToken cancel)
    {
        if (targets.Find(provider) is not { } target)
            return;
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            if (
                await hedged.ExecuteAsync(
                    token => AnswersAsync($"{target.BaseUrl}/models", token),
                    both.Token
                )
            )
                foreach (var circuit in open)
                    await circuit.Control.CloseAsync(cancel);
        }
        catch (Exception error)
            when (error is HttpRequestException or OperationCanceledException
                && !cancel.IsCancellationRequested
            )
        {
            // Still away; the circuit says so already.
        }
    }

    /// <summary>Without a key: what is asked is whether anybody is there.</summary>
    private async ValueTask<bool> AnswersAsync(string address, CancellationToken cancel)
    {
        using var client = http.CreateClient(ProvidersModule.HttpClientName);
        using var answer = await client.GetAsync(
            new Uri(address),
            HttpCompletionOption.ResponseHeadersRead,
            cancel
        );
        return (int)answer.StatusCode is < 500 and not 429;
    }
}
