using System.Collections.Concurrent;
using System.Diagnostics;
using NetRoom.Bench.Site;
using Npgsql;

namespace NetRoom.Bench.Streams;

/// <summary>
/// Time to the first words through NetRoom, beside the sandbox called directly. So many readers are kept busy, each with one stream after
/// another; rounds of direct and of through take turns, so that a busy moment of the machine hits both.
/// </summary>
internal static class StreamBench
{
    private const int Tokens = 200;
    private const int GapMilliseconds = 20;
    private const int MessagesToAChat = 10;
    private static readonly string Long = $"pace {Tokens} x {GapMilliseconds}ms";

    /// <summary>Alone: short answers, or the first tokens would be few.</summary>
    private static readonly string Short = $"pace {Tokens / 10} x {GapMilliseconds}ms";
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(Tokens * GapMilliseconds);

    public static async Task RunAsync(Options options)
    {
        await using var site = await LiveSite.StartAsync();
        var seconds = options.Number("seconds", 12);
        var rounds = options.Number("rounds", 3);
        await WarmUpAsync(site);
        var table = Table.Of(
            "parallel",
            "way",
            "streams",
            "first token p50, ms",
            "p99",
            "max",
            "web CPU, ms a stream",
            "PostgreSQL CPU, ms a stream",
            "allocated, KB a stream",
            "load"
        );
        foreach (var parallel in options.Numbers("parallel", 1, 50, 200))
        {
            var people = await Person.SignUpAsync(site, parallel);
            var direct = new Side();
            var through = new Side();
            var prompt = parallel == 1 ? Short : Long;
            for (var round = 0; round < rounds; round++)
            {
                await direct.RunAsync(
                    site,
                    parallel,
                    seconds,
                    _ => Ask.DirectAsync(site, prompt, CancellationToken.None)
                );
                await through.RunAsync(
                    site,
                    parallel,
                    seconds,
                    worker => ThroughAsync(people[worker], prompt)
                );
            }

            direct.Print(table, parallel, "direct", seen => seen.First);
            through.Print(table, parallel, "through, from the sending", seen => seen.First);
            through.Print(table, parallel, "  of it: the POST", seen => seen.Sent);
            through.Print(
                table,
                parallel,
                "  of it: events asked → first block",
                seen => seen.First - seen.Sent
            );
            await PrintFromRunAsync(site, table, parallel, through);
            var added = (
                new Figures(through.Streams.Select(seen => seen.First)),
                new Figures(direct.Streams.Select(seen => seen.First))
            );
            table.Row(
                parallel,
                "**added**",
                "",
                added.Item1.P50 - added.Item2.P50,
                added.Item1.P99 - added.Item2.P99,
                "",
                "",
                "",
                "",
                Machine.Load
            );
        }

        await BurstAsync(site, options.Number("burst", 200));
    }

    /// <summary>The worst moment: everybody sends at the same instant.</summary>
    private static async Task BurstAsync(LiveSite site, int count)
    {
        if (count == 0)
            return;
        var people = await Person.SignUpAsync(site, count);
        foreach (var person in people)
            await person.OpenChatAsync("sandbox-instant", "hello");
        var table = Table.Of(
            "at the same instant",
            "way",
            "first token p50, ms",
            "p99",
            "max",
            "load"
        );
        for (var round = 0; round < 2; round++)
        {
            var direct = new Figures(
                (
                    await Task.WhenAll(
                        people.Select(_ => Ask.DirectAsync(site, Long, CancellationToken.None))
                    )
                ).Select(seen => seen.First)
            );
            table.Row(count, "direct", direct.P50, direct.P99, direct.Most, Machine.Load);
            var through = new Figures(
                (
                    await Task.WhenAll(people.Select(person => Ask.ThroughAsync(person, Long)))
                ).Select(seen => seen.First)
            );
            table.Row(count, "through", through.P50, through.P99, through.Most, Machine.Load);
        }
    }

    private static async Task WarmUpAsync(LiveSite site)
    {
        var people = await Person.SignUpAsync(site, 4);
        await Parallel.ForEachAsync(
            people,
            async (person, _) =>
            {
                await person.OpenChatAsync("sandbox-instant", "hello");
                for (var i = 0; i < 40; i++)
                    await Ask.ThroughAsync(person, "pace 5 x 5ms");
            }
        );
        for (var i = 0; i < 100; i++)
            await Ask.DirectAsync(site, "pace 5 x 5ms", CancellationToken.None);
    }

    private static readonly ConcurrentDictionary<Person, int> Sent = new();

    private static async Task<Seen> ThroughAsync(Person person, string prompt)
    {
        var count = Sent.AddOrUpdate(person, 1, (_, before) => before + 1);
        if (count % MessagesToAChat == 1)
            await person.OpenChatAsync("sandbox-instant", "hello");
        return await Ask.ThroughAsync(person, prompt);
    }

    private static async Task PrintFromRunAsync(
        LiveSite site,
        Table table,
        int parallel,
        Side through
    )
    {
        var started = new Dictionary<Guid, DateTimeOffset>();
        await using var command = site.Database.CreateCommand(
            "SELECT subject_id, started_at FROM generation.run WHERE subject_id = ANY ($1)"
        );
        command.Parameters.Add(
            new NpgsqlParameter { Value = through.Streams.Select(seen => seen.Answer).ToArray() }
        );
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            started[reader.GetGuid(0)] = await reader.GetFieldValueAsync<DateTimeOffset>(1);
        through.Print(
            table,
            parallel,
            "through, from the run's start",
            seen => (seen.FirstAt - started[seen.Answer]).TotalMilliseconds
        );
    }

    /// <summary>All rounds of one way.</summary>
    private sealed class Side
    {
        private double web;
        private double database;
        private long allocated;

        public ConcurrentBag<Seen> Streams { get; } = [];

        public async Task RunAsync(
            LiveSite site,
            int parallel,
            int seconds,
            Func<int, Task<Seen>> stream
        )
        {
            var before = (site.Web.CpuSeconds, site.DatabaseCpuSeconds, site.Gauge.AllocatedBytes);
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(
                Enumerable
                    .Range(0, parallel)
                    .Select(async worker =>
                    {
                        // Spread over the length of a stream: people do not press the button together.
                        await Task.Delay(Length * worker / parallel);
                        do Streams.Add(await stream(worker));
                        while (watch.Elapsed.TotalSeconds < seconds);
                    })
            );
            await Task.Delay(200);
            web += site.Web.CpuSeconds - before.Item1;
            database += site.DatabaseCpuSeconds - before.Item2;
            allocated += site.Gauge.AllocatedBytes - before.Item3;
        }

        public void Print(Table table, int parallel, string way, Func<Seen, double> time)
        {
            var figures = new Figures(Streams.Select(time));
            table.Row(
                parallel,
                way,
                figures.Count,
                figures.P50,
                figures.P99,
                figures.Most,
                web * 1000 / figures.Count,
                database * 1000 / figures.Count,
                allocated / 1024.0 / figures.Count,
                Machine.Load
            );
        }
    }
}
