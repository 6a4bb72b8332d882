using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace NetRoom.AppTests.Browser.Support;

/// <summary>One Chromium for all tests, started by the first that needs it; each visit has a profile of its own.</summary>
public sealed class SuiteBrowser : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    ];

    private readonly SemaphoreSlim gate = new(1);
    private IPlaywright? driver;
    private IBrowser? browser;

    /// <summary>Where photographs of failures go.</summary>
    public static string Screens { get; } =
        Directory
            .CreateDirectory(Path.Combine(Repository.Root, "artifacts/tests/screens"))
            .FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        driver?.Dispose();
        gate.Dispose();
    }

    /// <summary>
    /// Opens a browser that has never been here and goes through the journey. The test fails with a photograph; it fails too if the
    /// page complained or asked another origin for anything.
    /// </summary>
    public async Task VisitAsync(
        NetRoomApp app,
        Func<Visit, Task> journey,
        Look? look = null,
        [CallerMemberName] string name = ""
    )
    {
        await using var visit = await Visit.BeginAsync(app, this, look ?? Look.Desktop);
        try
        {
            await journey(visit);
            visit.ShouldBeClean();
        }
        catch
        {
            await visit.PhotographAsync(name);
            throw;
        }
    }

    internal async Task<IBrowserContext> NewProfileAsync(Look look)
    {
        var chromium = await LaunchedAsync();
        var profile = await chromium.NewContextAsync(
            new()
            {
                Locale = look.Language,
                TimezoneId = "Europe/Moscow",
                ColorScheme = ColorScheme.Light,
                ReducedMotion = ReducedMotion.Reduce,
                JavaScriptEnabled = look.Script,
                ViewportSize = look.Phone
                    ? new() { Width = 375, Height = 740 }
                    : new() { Width = 1280, Height = 860 },
                HasTouch = look.Phone,
                IsMobile = look.Phone,
            }
        );
        profile.SetDefaultTimeout(10_000);
        return profile;
    }

    private async Task<IBrowser> LaunchedAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (browser is not null)
                return browser;
            Assertions.SetDefaultExpectTimeout(10_000);
            driver = await Playwright.CreateAsync();
            return browser = await driver.Chromium.LaunchAsync(
                new()
                {
                    ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM")
                        is { Length: > 0 } path
                        ? path
                        : "/usr/bin/chromium",
                    Args = Arguments,
                }
            );
        }
        finally
        {
            gate.Release();
        }
    }
}
