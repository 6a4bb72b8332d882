using System.Net;
using AngleSharp.Html.Parser;
using NetRoom.Accounts.Factors;
using NetRoom.Kernel;

namespace NetRoom.Tests.Accounts.Factors;

/// <summary>Somebody with a browser, and with an app of codes once it is set up.</summary>
internal sealed class Protected(AccountsApp app, Browser browser, string email) : IDisposable
{
    private byte[] secret = [];

    public Browser Browser { get; } = browser;

    public string Email { get; } = email;

    public IReadOnlyList<string> Codes { get; private set; } = [];

    /// <summary>What the app shows now.</summary>
    public string Code => Totp.CodeAt(secret, Totp.StepAt(app.Clock.GetUtcNow()));

    public static async Task<Protected> PlainAsync(AccountsApp app)
    {
        var person = new Protected(app, app.NewBrowser(), $"p{Ids.New():n}@people.test");
        (await person.Browser.SignUpAsync(person.Email)).Location.ShouldBe("/");
        return person;
    }

    public static async Task<Protected> WithAppAsync(AccountsApp app)
    {
        var person = await PlainAsync(app);
        await person.SetUpAppAsync();
        return person;
    }

    /// <summary>Signed in with a role and a second factor.</summary>
    public static async Task<Protected> OfStaffAsync(AccountsApp app, string role)
    {
        var person = await WithAppAsync(app);
        await app.Database.ScalarAsync<string>(
            $"UPDATE accounts.account SET role = '{role}' WHERE email = '{person.Email}' RETURNING role"
        );
        await person.EnterAsync(person.Browser);
        return person;
    }

    public Task<Guid> IdAsync() =>
        app.Database.ScalarAsync<Guid>($"SELECT id FROM accounts.account WHERE email = '{Email}'");

    /// <summary>Begins to set up the app; the key is known afterwards.</summary>
    public async Task BeginAppAsync()
    {
        var page = await Browser.GetAsync("/settings/security");
        (await Browser.PostAsync("/settings/security/app/begin", page.Token)).Location.ShouldBe(
            "/settings/security/app"
        );
        page = await Browser.GetAsync("/settings/security/app");
        secret = Bytes(
            new HtmlParser().ParseDocument(page.Body).QuerySelector("code.secret")!.TextContent
        );
    }

    public async Task SetUpAppAsync()
    {
        await BeginAppAsync();
        var on = await Browser.SubmitAsync("/settings/security/app", ("code", Code));
        on.Status.ShouldBe(HttpStatusCode.OK, on.Errors);
        Codes = CodesOn(on);
        NextCode();
    }

    /// <summary>Waits until the app shows another code.</summary>
    public void NextCode() => app.Clock.Pass(TimeSpan.FromSeconds(30));

    /// <summary>Address and password; the second step is still to come.</summary>
    public async Task BeginAsync(Browser from, string? returnUrl = null) =>
        (
            await from.SignInAsync(Email, NetRoom.Tests.Accounts.Browser.Password, returnUrl)
        ).Location.ShouldBe("/sign-in/second-step");

    public Task<Answer> StepAsync(Browser from, string code) =>
        from.SubmitAsync("/sign-in/second-step", ("code", code));

    public async Task EnterAsync(Browser from)
    {
        from.Cookies.Remove("__Host-nr-at");
        from.Cookies.Remove("__Host-nr-rt");
        await BeginAsync(from);
        (await StepAsync(from, Code)).Location.ShouldBe("/");
        NextCode();
    }

    public static IReadOnlyList<string> CodesOn(Answer page) =>
        [
            .. new HtmlParser()
                .ParseDocument(page.Body)
                .QuerySelectorAll(".codes code")
                .Select(code => code.TextContent),
        ];

    public void Dispose() => Browser.Dispose();

    private static byte[] Bytes(string base32)
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(
            base32
                .Where(letter => letter != ' ')
                .Select(letter =>
                    Convert
                        .ToString(letters.IndexOf(letter, StringComparison.Ordinal), 2)
                        .PadLeft(5, '0')
                )
        );
        return
        [
            .. bits.Chunk(8)
                .Where(chunk => chunk.Length == 8)
                .Select(chunk => Convert.ToByte(new string(chunk), 2)),
        ];
    }
}
