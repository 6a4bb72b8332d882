using System.Text.Json;
using Microsoft.Extensions.Hosting;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers;

/// <summary>What the local Ollama has, as of the last look; null while none answers.</summary>
internal sealed class OllamaModels
{
    private volatile IReadOnlyList<string>? names;

    public IReadOnlyList<string>? Names
    {
        get => names;
        set => names = value;
    }
}

/// <summary>Looks every 30 s whether a local Ollama answers.</summary>
internal sealed class OllamaProbe(
    OllamaModels models,
    ProviderTargets targets,
    IHttpClientFactory http,
    TimeProvider time
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            models.Names = await LookAsync(stoppingToken);
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<IReadOnlyList<string>?> LookAsync(CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(
            stoppingToken,
            patience.Token
        );
        try
        {
            using var client = http.CreateClient(ProvidersModule.HttpClientName);
            using var response = await client.GetAsync(
                new Uri($"{targets.OllamaBaseUrl()}/models"),
                linked.Token
            );
            return response.IsSuccessStatusCode
                ? Read(await response.Content.ReadAsByteArrayAsync(linked.Token))
                : null;
        }
        // Whatever it is, a probe must not stop the host.
        catch (Exception) when (!stoppingToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static List<string> Read(byte[] json)
    {
        var names = new List<string>();
        var reader = JsonWalk.Over(json);
        reader.Read();
        if (!reader.EnterObject())
            return names;
        while (reader.NextProperty())
        {
            if (!reader.At("data"u8))
                reader.Skip();
            else if (reader.EnterArray())
                ReadModels(ref reader, names);
        }
        return names;
    }

    private static void ReadModels(ref Utf8JsonReader reader, List<string> names)
    {
        while (reader.NextItem())
        {
            if (!reader.EnterObject())
                continue;
            while (reader.NextProperty())
            {
                if (!reader.At("id"u8))
                    reader.Skip();
                else if (reader.Text() is { Length: > 0 } id)
                    names.Add(id);
            }
        }
    }
}
