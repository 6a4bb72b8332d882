using System.Diagnostics;

namespace NetRoom.Bench.Gateway;

/// <summary>
/// What NetRoom adds to a provider's answer: the mock directly, a bare pass-through, NetRoom without charging and with it, interleaved in
/// one run. CPU is that of the process under test, with PostgreSQL beside it.
/// </summary>
internal static class GatewayBench
{
    private sealed record Kind(string Name, string Body);

    private static readonly Kind[] Kinds =
    [
        new("JSON", Ask("Tell me about the fjords of Norway.", "false")),
        new("100 chunks", Ask("Tell me about the fjords of Norway.", "true")),
        new("100 chunks, 10 ms apart", Ask("gap=10 Tell me about the fjords.", "true")),
    ];

    private static string Ask(string text, string stream) =>
        $$"""{"model":"mock-model","stream":{{stream}},"max_tokens":256,"messages":[{"role":"user","content":"{{text}}"}]}""";

    public static async Task RunAsync(Options options)
    {
        var seconds = options.Number("seconds", 8);
        var rounds = options.Number("rounds", 2);
        await using var gateway = await Gateway.StartAsync();
        var table = Table.Of(
            "answer",
            "callers",
            "through",
            "requests/s",
            "p50 / p99, ms",
            "added p50 / p99",
            "first byte p50, added",
            "CPU, ms a request",
            "requests/s per core",
            "PostgreSQL CPU, ms",
            "memory, MB",
            "load"
        );
        foreach (var kind in Kinds)
        foreach (var callers in options.Numbers("callers", 1, 16, 64))
        {
            var sums = gateway.Targets.ToDictionary(target => target, _ => new Sum());
            for (var round = 0; round < rounds; round++)
                foreach (var target in gateway.Targets)
                    await MeasureAsync(target, kind.Body, callers, seconds, sums[target]);
            var direct = sums[gateway.Targets[0]];
            foreach (var target in gateway.Targets)
            {
                var sum = sums[target];
                var (own, whole, first) = (sum.Cpu * 1000 / sum.Count, sum.Whole, sum.First);
                table.Row(
                    kind.Name,
                    callers,
                    target.Name,
                    sum.Count / sum.Seconds,
                    $"{whole.P50:0.00} / {whole.P99:0.00}",
                    $"{whole.P50 - direct.Whole.P50:0.00} / {whole.P99 - direct.Whole.P99:0.00}",
                    $"{first.P50:0.00}, {first.P50 - direct.First.P50:0.00}",
                    own,
                    1000 / own,
                    sum.DatabaseCpu * 1000 / sum.Count,
                    target.Process.ResidentMegabytes,
                    Machine.Load
                );
            }
        }

        await gateway.TellStatementsAsync();
    }

    private sealed class Sum
    {
        private readonly List<Timing> timings = [];

        public double Seconds { get; set; }
        public double Cpu { get; set; }
        public double DatabaseCpu { get; set; }
        public int Count => timings.Count;
        public Figures Whole => new(timings.Select(timing => timing.Whole));
        public Figures First => new(timings.Select(timing => timing.FirstByte));

        public void Add(IEnumerable<Timing> more) => timings.AddRange(more);
    }

    private static async Task MeasureAsync(
        Target target,
        string body,
        int callers,
        int seconds,
        Sum sum
    )
    {
        await CallAsync(target, body, callers, TimeSpan.FromSeconds(1));
        var (cpu, database) = (target.Process.CpuSeconds, target.DatabaseCpuSeconds());
        var watch = Stopwatch.StartNew();
        sum.Add(await CallAsync(target, body, callers, TimeSpan.FromSeconds(seconds)));
        sum.Seconds += watch.Elapsed.TotalSeconds;
        sum.Cpu += target.Process.CpuSeconds - cpu;
        sum.DatabaseCpu += target.DatabaseCpuSeconds() - database;
    }

    private static async Task<List<Timing>> CallAsync(
        Target target,
        string body,
        int callers,
        TimeSpan time
    )
    {
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(async _ =>
                {
                    using var client = await RawClient.ConnectAsync(
                        target.Address,
                        target.Key,
                        body
                    );
                    var timings = new List<Timing>();
                    while (watch.Elapsed < time)
                        timings.Add(await client.AskAsync());
                    return timings;
                })
        );
        return [.. all.SelectMany(timings => timings)];
    }
}
