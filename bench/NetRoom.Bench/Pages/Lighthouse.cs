using System.Diagnostics;
using NetRoom.Bench.Site;

namespace NetRoom.Bench.Pages;

/// <summary>Starts the site with a signed-in person and a chat, and hands it to lighthouse.mjs.</summary>
internal static class Lighthouse
{
    public static async Task RunAsync(Options options)
    {
        await using var site = await LiveSite.StartAsync();
        var person = await Person.SignUpAsync(site);
        var chat = await SampleChat.WriteAsync(site, person, options.Number("messages", 20));
        foreach (var path in new[] { "/", "/sign-up", "/models", "/ru/models", chat })
            for (var i = 0; i < 20; i++)
                (await person.GetAsync(path)).Dispose();
        var script = Path.Combine(LiveSite.Root(), "bench", "lighthouse.mjs");
        using var node = Process.Start(
            new ProcessStartInfo(
                "node",
                [
                    script,
                    site.Address.ToString(),
                    person.CookieHeader,
                    chat,
                    $"{options.Number("runs", 1)}",
                ]
            )
        )!;
        await node.WaitForExitAsync();
    }
}
