using System.Diagnostics;
using System.IO.Compression;
using NetRoom.Bench.Site;

namespace NetRoom.Bench.Pages;

/// <summary>Bytes of a first visit, and how long the server takes for a page.</summary>
internal static class PageBench
{
    public static async Task RunAsync(Options options)
    {
        await using var site = await LiveSite.StartAsync();
        var person = await Person.SignUpAsync(site);
        var visitor = new Person(site);
        var first = Stopwatch.StartNew();
        (await visitor.GetAsync("/models")).Dispose();
        Console.WriteLine($"The first page after the start took {first.ElapsedMilliseconds} ms.");

        var weights = Table.Of(
            "page (fresh browser)",
            "HTML",
            "CSS",
            "JS",
            "icons",
            "other",
            "**total, bytes**",
            "requests",
            "header bytes beside"
        );
        async Task WeighAsync(Person who, string path, string name)
        {
            var it = await Weight.OfAsync(
                path,
                (address, encodings) => who.GetAsync(address, encodings: encodings)
            );
            weights.Row(
                name,
                it.Html,
                it.Css,
                it.Js,
                it.Images,
                it.Other,
                it.Total,
                it.Requests,
                it.Headers
            );
        }

        await WeighAsync(visitor, "/", "front page");
        await WeighAsync(visitor, "/sign-up", "sign-up");
        await WeighAsync(visitor, "/models", "/models");
        await WeighAsync(visitor, "/ru/models", "/ru/models");
        await WeighAsync(person, "/", "new chat, signed in");
        var chat = await SampleChat.WriteAsync(site, person, 100);
        await WeighAsync(person, chat, "chat of 100 messages");

        var requests = options.Number("requests", 500);
        var times = Table.Of(
            "page (server time)",
            "p50, ms",
            "p99",
            "max",
            "requests",
            "bytes sent",
            "as HTML",
            "would be by brotli 4",
            "web CPU, ms",
            "allocated, KB",
            "load"
        );
        foreach (
            var (who, path, name) in new[]
            {
                (visitor, "/", "front page"),
                (visitor, "/models", "/models"),
                (person, "/", "new chat"),
                (person, "/balance", "balance"),
                (person, chat, "chat of 100 messages"),
                (person, chat, "the same again"),
            }
        )
            await TimeAsync(site, times, who, path, name, requests);
    }

    private static async Task TimeAsync(
        LiveSite site,
        Table table,
        Person who,
        string path,
        string name,
        int requests
    )
    {
        for (var i = 0; i < 100; i++)
            (await who.GetAsync(path)).Dispose();
        var times = new List<double>();
        var (cpu, allocated) = (site.Web.CpuSeconds, site.Gauge.AllocatedBytes);
        for (var i = 0; i < requests; i++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await who.GetAsync(path, encodings: "gzip, br");
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        await Task.Delay(150);
        var (spent, bytes) = (site.Web.CpuSeconds - cpu, site.Gauge.AllocatedBytes - allocated);
        using var sent = await who.GetAsync(path, encodings: "gzip, br");
        using var plain = await who.GetAsync(path);
        var html = await plain.Content.ReadAsByteArrayAsync();
        var figures = new Figures(times);
        table.Row(
            name,
            figures.P50,
            figures.P99,
            figures.Most,
            requests,
            (await sent.Content.ReadAsByteArrayAsync()).Length,
            html.Length,
            Brotli(html),
            spent * 1000 / requests,
            bytes / 1024.0 / requests,
            Machine.Load
        );
    }

    private static long Brotli(byte[] body)
    {
        using var packed = new MemoryStream();
        using (
            var brotli = new BrotliStream(
                packed,
                new BrotliCompressionOptions { Quality = 4 },
                leaveOpen: true
            )
        )
            brotli.Write(body);
        return packed.Length;
    }
}
