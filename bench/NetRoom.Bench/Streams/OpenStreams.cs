using NetRoom.Bench.Site;

namespace NetRoom.Bench.Streams;

/// <summary>Many long answers at once: memory, processor, and whether every one of them ends whole and is charged right.</summary>
internal static class OpenStreams
{
    public static async Task RunAsync(Options options)
    {
        var count = options.Number("count", 500);
        var (tokens, gap) = (options.Number("tokens", 1_000), options.Number("gap", 50));
        await using var site = await LiveSite.StartAsync();
        var table = Table.Of(
            "moment",
            "RSS, MB",
            "managed heap, MB",
            "threads",
            "sessions of PostgreSQL",
            "load"
        );
        await Task.Delay(2_000);
        await PrintAsync(site, table, "idle, just started");
        var people = await Person.SignUpAsync(site, count);
        await Parallel.ForEachAsync(
            people,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (person, _) => await person.OpenChatAsync("sandbox-instant", "hello")
        );
        await Task.Delay(5_000);
        await PrintAsync(site, table, $"idle, {count} people have signed up and chatted");

        var (restCpu, restBytes) = (site.Web.CpuSeconds, site.Gauge.AllocatedBytes);
        await Task.Delay(10_000);
        Console.WriteLine(
            $"Idle: web {(site.Web.CpuSeconds - restCpu) * 100:0.0} ms of processor and {(site.Gauge.AllocatedBytes - restBytes) / 10_240.0:0} KB allocated a second. {Machine.Line()}"
        );

        var spread = TimeSpan.FromSeconds(20);
        var streams = people
            .Select(
                async (person, i) =>
                {
                    await Task.Delay(spread * i / count);
                    return await Ask.ThroughAsync(person, $"pace {tokens} x {gap}ms");
                }
            )
            .ToArray();
        await Task.Delay(spread + TimeSpan.FromSeconds(2));
        var open = await site.ScalarAsync<long>(
            "SELECT count(*) FROM generation.run WHERE state = 0"
        );
        await PrintAsync(site, table, $"{open} streams open");
        var (cpu, database, before) = (site.Web.CpuSeconds, site.DatabaseCpuSeconds, site.Gauge);
        const int window = 10;
        await Task.Delay(TimeSpan.FromSeconds(window));
        var after = site.Gauge;
        await PrintAsync(site, table, $"the same, {window} s later");
        Console.WriteLine();
        Console.WriteLine(
            $"While {open} are open ({1000 / gap} tokens a second each): web {(site.Web.CpuSeconds - cpu) / window:0.00} cores, PostgreSQL {(site.DatabaseCpuSeconds - database) / window:0.00} cores, "
                + $"{(after.AllocatedBytes - before.AllocatedBytes) / 1024.0 / 1024 / window:0.0} MB allocated a second, "
                + $"{after.Gen0 - before.Gen0} collections of which {after.Gen2 - before.Gen2} full, paused {after.PauseMilliseconds - before.PauseMilliseconds} ms in {window} s. {Machine.Line()}"
        );
        var seen = await Task.WhenAll(streams);
        Console.WriteLine(
            $"First token, ms: {new Figures(seen.Select(it => it.First))}; whole answer: {new Figures(seen.Select(it => it.Whole))}."
        );
        await Task.Delay(1_000);
        await CheckAsync(site, count, tokens);
        await Task.Delay(20_000);
        await PrintAsync(site, table, "idle, 20 s after the last");
    }

    private static async Task CheckAsync(LiveSite site, int count, int tokens)
    {
        var whole = await site.ScalarAsync<long>(
            $"""
            SELECT count(*) FROM generation.run r
              JOIN billing.hold h ON h.id = r.hold_id
              JOIN chats.message m ON m.run_id = r.id
             WHERE r.model_id = '{Ask.Model}' AND r.state = 1 AND m.state = 1 AND h.state = 1
               AND r.charged_micro = h.captured AND m.charged_micro = h.captured AND h.captured <= h.amount AND NOT h.estimated
               AND EXISTS (SELECT FROM jsonb_array_elements(r.usage->'Counts') u WHERE (u->>'Quantity')::bigint = {tokens})
            """
        );
        var amounts = await site.ScalarAsync<string>(
            $"SELECT string_agg(DISTINCT charged_micro::text, ', ') FROM generation.run WHERE model_id = '{Ask.Model}'"
        );
        var held = await site.ScalarAsync<long>(
            "SELECT count(*) FROM billing.hold WHERE state = 0"
        );
        var wrong = await site.ScalarAsync<long>(
            """
            SELECT count(*) FROM billing.wallet w
             WHERE w.held <> 0 OR w.avail <> (SELECT sum(granted - spent) FROM billing.lot l WHERE l.wallet_id = w.id)
            """
        );
        Console.WriteLine(
            $"{whole} of {count} are whole, counted to the token and charged alike in run, hold, receipt and message ({amounts} µ₽ each); {held} open holds; {wrong} wallets that do not add up."
        );
    }

    private static async Task PrintAsync(LiveSite site, Table table, string moment) =>
        table.Row(
            moment,
            site.Web.ResidentMegabytes,
            site.Gauge.HeapBytes / 1024.0 / 1024,
            site.Gauge.Threads,
            await site.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = 'netroom'"
            ),
            Machine.Load
        );
}
