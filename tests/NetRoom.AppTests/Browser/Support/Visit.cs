using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace NetRoom.AppTests.Browser.Support;

/// <summary>Somebody at a browser. Whatever the browser complains of on the way is kept against the site.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly SuiteBrowser browser;
    private readonly Look look;
    private readonly List<IBrowserContext> profiles = [];
    private readonly ConcurrentQueue<string> faults = [];
    private readonly List<string> expected = [];

    private Visit(NetRoomApp app, SuiteBrowser browser, Look look) =>
        (App, this.browser, this.look) = (app, browser, look);

    public NetRoomApp App { get; }

    /// <summary>Whose account it is, once signed up.</summary>
    public Person Person { get; private set; } = null!;

    public IBrowserContext Profile => profiles[0];

    public Tab Tab { get; private set; } = null!;

    public IPage Page => Tab.Page;

    internal static async Task<Visit> BeginAsync(NetRoomApp app, SuiteBrowser browser, Look look)
    {
        var visit = new Visit(app, browser, look);
        visit.Tab = await visit.NewProfileAsync();
        return visit;
    }

    /// <summary>Has an account and is signed in, without going through the pages.</summary>
    public async Task SignUpAsync()
    {
        Person = await App.SignUpAsync();
        await SignInAsync(Profile, Person);
    }

    /// <summary>Is signed in as an owner of the service.</summary>
    public async Task SignInAsOwnerAsync()
    {
        Person = await NewOwnerAsync();
        await SignInAsync(Profile, Person);
    }

    /// <summary>Another owner, in a browser of their own.</summary>
    public async Task<Tab> AnotherOwnerAsync()
    {
        var tab = await NewProfileAsync();
        await SignInAsync(tab.Page.Context, await NewOwnerAsync());
        return tab;
    }

    public async Task GoAsync(string path) => await Tab.GoAsync(path);

    /// <summary>A second tab of the same browser.</summary>
    public async Task<Tab> NewTabAsync() => Watched(await Profile.NewPageAsync());

    /// <summary>The same account in a second browser.</summary>
    public async Task<Tab> SecondBrowserAsync()
    {
        var tab = await NewProfileAsync();
        await SignInAsync(tab.Page.Context, await Person.InAnotherBrowserAsync());
        return tab;
    }

    /// <summary>A complaint of the console that belongs to the journey: "401", "ERR_INTERNET_DISCONNECTED".</summary>
    public void Expect(string complaint) => expected.Add(complaint);

    public void ShouldBeClean() =>
        faults
            .Where(fault =>
                !expected.Exists(part => fault.Contains(part, StringComparison.Ordinal))
            )
            .ShouldBeEmpty();

    internal async Task PhotographAsync(string name)
    {
        var at = 0;
        foreach (var page in profiles.SelectMany(profile => profile.Pages))
            try
            {
                await page.ScreenshotAsync(
                    new()
                    {
                        Path = Path.Combine(SuiteBrowser.Screens, $"{name}-{at++}.png"),
                        Timeout = 5000,
                    }
                );
            }
            catch (PlaywrightException)
            {
                // A page that cannot be photographed must not hide why the test failed.
            }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var profile in profiles)
            await profile.DisposeAsync();
    }

    private async Task<Person> NewOwnerAsync()
    {
        var person = await App.SignUpAsync();
        await App.Books.MakeOwnerAsync(person.Email);
        // The role comes with the next sign-in.
        return await person.InAnotherBrowserAsync();
    }

    private static Task SignInAsync(IBrowserContext profile, Person person) =>
        profile.AddCookiesAsync(
            person
                .Cookies.Values.Where(cookie =>
                    cookie.Key.StartsWith("__Host-nr-", StringComparison.Ordinal)
                )
                .Select(cookie => new Cookie
                {
                    Name = cookie.Key,
                    Value = cookie.Value,
                    // Browsers trust http://127.0.0.1 with Secure cookies, but the driver's own check wants https in the address.
                    Url = $"https://{person.Node.Address.Host}/",
                    Secure = true,
                    HttpOnly = true,
                    SameSite = SameSiteAttribute.Lax,
                })
        );

    private async Task<Tab> NewProfileAsync()
    {
        var profile = await browser.NewProfileAsync(look);
        profiles.Add(profile);
        return Watched(await profile.NewPageAsync());
    }

    private Tab Watched(IPage page)
    {
        page.PageError += (_, error) => faults.Enqueue("error: " + error);
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning")
                faults.Enqueue($"{said.Type}: {said.Text} {said.Location}");
        };
        page.Request += (_, request) =>
        {
            if (
                new Uri(request.Url) is { Scheme: "http" or "https" or "ws" or "wss" } url
                && url.Authority != App.Node.Address.Authority
            )
                faults.Enqueue("another origin: " + request.Url);
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 500)
                faults.Enqueue($"{response.Status}: {response.Url}");
        };
        return new Tab(page, App.Node.Address);
    }
}
