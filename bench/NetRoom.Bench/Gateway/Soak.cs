#pragma warning disable RS0030 // The Random here is seeded and chooses models only.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NetRoom.Bench.Site;
using NetRoom.Billing;
using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Bench.Gateway;

/// <summary>
/// Two hundred callers stream from a provider that faults at random, and some of them hang up. At the end nothing is held, nothing runs, and
/// what was charged is, to the micro-rouble, what the sandbox's own count of completed calls comes to.
/// </summary>
internal static class Soak
{
    /// <summary>Models whose callers read to the end, so that the sandbox's count and ours must agree.</summary>
    private static readonly string[] Compared =
    [
        "sandbox-echo",
        "sandbox-instant",
        "sandbox-tables",
        "fault-500",
        "fault-503",
        "fault-cut",
        "fault-cut-early",
        "fault-error-in-stream",
        "fault-error-first",
        "fault-flaky",
        "fault-html-error",
        "fault-crlf",
        "fault-split-utf8",
        "fault-usage-twice",
    ];

    private static readonly string[] MustBreak =
    [
        "fault-500",
        "fault-503",
        "fault-cut",
        "fault-cut-early",
        "fault-error-in-stream",
        "fault-error-first",
        "fault-html-error",
    ];

    private const string HungUpOn = "sandbox-writer";

    public static async Task<int> RunAsync(Options options)
    {
        await using var site = await LiveSite.StartAsync();
        var key = await Funded.KeyAsync(site.Database);
        var seconds = options.Number("seconds", 300);
        var callers = options.Number("callers", 200);
        var ends = new ConcurrentDictionary<(string Model, string End), int>();
        var memory = new List<double>();
        var watch = Stopwatch.StartNew();
        var work = Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(async caller =>
                {
                    var dice = new Random(caller);
                    while (watch.Elapsed.TotalSeconds < seconds)
                    {
                        var model =
                            dice.Next(8) == 0 ? HungUpOn : Compared[dice.Next(Compared.Length)];
                        var end = await AskAsync(site, key, model, dice);
                        ends.AddOrUpdate((model, end), 1, (_, count) => count + 1);
                    }
                })
        );
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(30)));
            memory.Add(site.Web.ResidentMegabytes);
        }

        await work;
        var table = Table.Of("model", "end", "calls");
        foreach (var (what, count) in ends.OrderBy(it => it.Key))
            table.Row(what.Model, what.End, count);
        Console.WriteLine(
            $"\nmemory of the web every 30 s, MB: {string.Join(", ", memory.Select(at => $"{at:0}"))}"
        );
        return await CheckAsync(site, ends);
    }

    /// <returns>How the caller saw it end: "whole", "error in the stream", "cut", "hung up", or the status.</returns>
    private static async Task<string> AskAsync(LiveSite site, string key, string model, Random dice)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(site.Address, "/v1/chat/completions")
        )
        {
            Content = new StringContent(
                $$"""{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"Tell me about fjord number {{dice.Next(1000)}}."}]}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var patience = new CancellationTokenSource(
            model == HungUpOn
                ? TimeSpan.FromMilliseconds(dice.Next(50, 3_000))
                : Timeout.InfiniteTimeSpan
        );
        try
        {
            using var answer = await Wire.Client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                patience.Token
            );
            if (!answer.IsSuccessStatusCode)
                return $"{(int)answer.StatusCode}";
            var body = await answer.Content.ReadAsStringAsync(patience.Token);
            return body.Contains("data: [DONE]", StringComparison.Ordinal) ? "whole"
                : body.Contains("\"error\"", StringComparison.Ordinal) ? "error in the stream"
                : "cut";
        }
        catch (OperationCanceledException)
        {
            return "hung up";
        }
        catch (HttpRequestException)
        {
            return "cut";
        }
    }

    private static async Task<int> CheckAsync(
        LiveSite site,
        IReadOnlyDictionary<(string Model, string End), int> ends
    )
    {
        for (var tries = 0; tries < 60; tries++)
        {
            if (await site.ScalarAsync<long>(Running) == 0)
                break;
            await Task.Delay(500);
        }

        var table = Table.Of("what", "must be", "is");
        var wrong = 0;
        void Row(string what, object must, object found)
        {
            table.Row(what, must, found);
            if (!Equals(must, found))
                wrong++;
        }

        Row("runs that have not ended", 0L, await site.ScalarAsync<long>(Running));
        Row(
            "holds that are open",
            0L,
            await site.ScalarAsync<long>("SELECT count(*) FROM billing.hold WHERE state = 0")
        );
        Row(
            "differences that the audit finds",
            0L,
            await site.ScalarAsync<long>(
                "SELECT count(*) FROM billing.audit('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', true) WHERE invariant > 0"
            )
        );
        Row(
            "answers of models that break which seemed whole",
            0,
            ends.Where(it => MustBreak.Contains(it.Key.Model) && it.Key.End == "whole")
                .Sum(it => it.Value)
        );
        var (count, sum) = await OfSandboxAsync(site);
        Row(
            "completed calls, counted by the sandbox and by us",
            count,
            await site.ScalarAsync<long>(
                $"SELECT count(*) FROM generation.run WHERE state = 1 AND model_id <> '{HungUpOn}'"
            )
        );
        Row(
            "their price, µ₽",
            sum.Micro,
            await site.ScalarAsync<long>(
                $"SELECT coalesce(sum(charged_micro), 0)::bigint FROM generation.run WHERE model_id <> '{HungUpOn}'"
            )
        );
        Row(
            "what left the wallet, µ₽",
            await site.ScalarAsync<long>(
                "SELECT coalesce(sum(charged_micro), 0)::bigint FROM generation.run"
            ),
            await site.ScalarAsync<long>("SELECT coalesce(sum(spent), 0)::bigint FROM billing.lot")
        );
        Console.WriteLine(
            $"\nconnections to PostgreSQL: {await site.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")}; the web's open files: {Directory.GetFiles($"/proc/{site.Web.Id}/fd").Length}"
        );
        return wrong == 0 ? 0 : 1;
    }

    private const string Running = "SELECT count(*) FROM generation.run WHERE ended_at IS NULL";

    /// <summary>The sandbox's own account of completed calls, at our prices.</summary>
    private static async Task<(long Count, Money Sum)> OfSandboxAsync(LiveSite site)
    {
        var cards = new Dictionary<string, RateCard>(StringComparer.Ordinal);
        await using (
            var command = site.Database.CreateCommand(
                "SELECT m.wire_name, p.rates::text FROM catalog.model AS m JOIN catalog.price_version AS p ON p.model_id = m.id AND p.valid_to IS NULL WHERE m.provider_id = 'sandbox-openai'"
            )
        )
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync())
                cards[row.GetString(0)] = RatesJson.Read(row.GetString(1));

        using var calls = JsonDocument.Parse(
            await Wire.Client.GetStringAsync(new Uri(site.SandboxAddress, "/_sandbox/calls"))
        );
        var (count, sum) = (0L, Money.Zero);
        foreach (var call in calls.RootElement.EnumerateArray())
        {
            var model = call.GetProperty("model").GetString()!;
            if (
                call.GetProperty("outcome").GetString() != "completed"
                || model.EndsWith("-writer", StringComparison.Ordinal)
            )
                continue;
            long Of(string name) => call.GetProperty(name).GetInt64();
            var (cached, written, thought) = (
                Of("cachedTokens"),
                Of("cacheWrittenTokens"),
                Of("reasoningTokens")
            );
            var usage = new Usage([
                new UnitCount(UnitKind.Input, Of("inputTokens") - cached - written),
                new UnitCount(UnitKind.CachedInput, cached),
                new UnitCount(UnitKind.CacheWrite5m, written),
                new UnitCount(UnitKind.Output, Of("outputTokens") - thought),
                new UnitCount(UnitKind.Reasoning, thought),
            ]);
            sum += Charge.Compute(cards[model], 1_000_000, usage, new Money(long.MaxValue)).Amount;
            count++;
        }

        return (count, sum);
    }
}
