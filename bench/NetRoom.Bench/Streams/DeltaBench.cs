using NetRoom.Bench.Site;

namespace NetRoom.Bench.Streams;

/// <summary>What one token costs the web process, from the provider's line to the reader's event, with one stream and nothing else.</summary>
internal static class DeltaBench
{
    public static async Task RunAsync(Options options)
    {
        var tokens = options.Number("tokens", 8_000);
        await using var site = await LiveSite.StartAsync();
        var person = await Person.SignUpAsync(site);
        await person.OpenChatAsync("sandbox-instant", "hello");
        var table = Table.Of(
            "pace",
            "tokens",
            "bytes allocated a token",
            "web CPU, µs a token",
            "seconds",
            "load"
        );
        foreach (var gap in options.Numbers("gaps", 1, 1, 5, 20))
        {
            // The same seconds at each pace.
            var count = Math.Max(tokens / gap, 500);
            var idle = site.Gauge.AllocatedBytes;
            await Task.Delay(2_000);
            var perSecond = (site.Gauge.AllocatedBytes - idle) / 2.0;
            var (cpu, allocated) = (site.Web.CpuSeconds, site.Gauge.AllocatedBytes);
            var seen = await Ask.ThroughAsync(person, $"pace {count} x {gap}ms");
            await Task.Delay(150);
            var bytes = site.Gauge.AllocatedBytes - allocated - perSecond * seen.Whole / 1000;
            table.Row(
                $"one each {gap} ms",
                count,
                bytes / count,
                (site.Web.CpuSeconds - cpu) * 1e6 / count,
                seen.Whole / 1000,
                Machine.Load
            );
        }
    }
}
