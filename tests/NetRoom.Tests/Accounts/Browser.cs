using System.Net;
using AngleSharp.Html.Parser;

namespace NetRoom.Tests.Accounts;

/// <summary>
/// A browser without script. It keeps its cookies by hand: a real one takes Secure cookies from a local address, CookieContainer
/// does not.
/// </summary>
internal sealed class Browser : IDisposable
{
    public const string Password = "four unrelated teapots sing";
    private readonly HttpClient http;

    public Browser(Uri address) =>
        http = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }
        )
        {
            BaseAddress = address,
        };

    public Dictionary<string, string> Cookies { get; private set; } = [];

    public string UserAgent { get; set; } =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36";

    /// <summary>The Set-Cookie lines of the last answer.</summary>
    public IReadOnlyList<string> LastSet { get; private set; } = [];

    public async Task<Answer> GetAsync(
        string path,
        params IEnumerable<(string Name, string Value)> headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, headers);
    }

    /// <summary>Opens the page of a form, fills in and sends it.</summary>
    public async Task<Answer> SubmitAsync(
        string path,
        params IEnumerable<(string Name, string? Value)> fields
    ) => await PostAsync(path, (await GetAsync(path)).Token, fields);

    /// <summary>Sends a form of a page that stands at one address to another.</summary>
    public async Task<Answer> SubmitAsync(
        string page,
        string path,
        params IEnumerable<(string Name, string? Value)> fields
    ) => await PostAsync(path, (await GetAsync(page)).Token, fields);

    public async Task<Answer> PostAsync(
        string path,
        string? token,
        params IEnumerable<(string Name, string? Value)> fields
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(
                fields
                    .Append(("__RequestVerificationToken", token))
                    .Where(field => field.Item2 is not null)
                    .Select(field => KeyValuePair.Create(field.Item1, field.Item2!))
            ),
        };
        return await SendAsync(request, []);
    }

    public Task<Answer> SignUpAsync(
        string email,
        string query = "",
        params IEnumerable<(string Name, string? Value)> changes
    )
    {
        var fields = new Dictionary<string, string?>
        {
            ["email"] = email,
            ["password"] = Password,
            ["terms"] = "yes",
            ["personalData"] = "yes",
            ["age"] = "adult",
        };
        foreach (var (name, value) in changes)
            fields[name] = value;
        return SubmitAsync("/sign-up" + query, fields.Select(field => (field.Key, field.Value)));
    }

    public Task<Answer> SignInAsync(string email, string password, string? returnUrl = null) =>
        SubmitAsync("/sign-in", ("email", email), ("password", password), ("returnUrl", returnUrl));

    /// <summary>The same person's cookies in another place.</summary>
    public Browser Copy() =>
        new(http.BaseAddress!) { Cookies = new(Cookies), UserAgent = UserAgent };

    public void Dispose() => http.Dispose();

    private async Task<Answer> SendAsync(
        HttpRequestMessage request,
        IEnumerable<(string Name, string Value)> headers
    )
    {
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (!request.Headers.Contains("Accept"))
            request.Headers.TryAddWithoutValidation("Accept", "text/html");
        request.Headers.TryAddWithoutValidation(
            "Cookie",
            string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"))
        );
        using var response = await http.SendAsync(request);
        LastSet = response.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        foreach (var line in LastSet)
        {
            var pair = line.Split(';')[0].Split('=', 2);
            if (line.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
                Cookies.Remove(pair[0]);
            else
                Cookies[pair[0]] = pair[1];
        }

        return new Answer(
            response.StatusCode,
            response.Headers.Location?.OriginalString,
            response.Headers.RetryAfter?.Delta,
            await response.Content.ReadAsStringAsync()
        );
    }
}

internal sealed record Answer(
    HttpStatusCode Status,
    string? Location,
    TimeSpan? RetryAfter,
    string Body
)
{
    public string? Token => Value("__RequestVerificationToken");

    /// <summary>The value of an input of the main form.</summary>
    public string? Value(string name) =>
        new HtmlParser()
            .ParseDocument(Body)
            .QuerySelector($"main input[name={name}], form input[name={name}]")
            ?.GetAttribute("value");

    /// <summary>What the page says beside its fields.</summary>
    public string Errors =>
        string.Join(
            " | ",
            new HtmlParser()
                .ParseDocument(Body)
                .QuerySelectorAll(".error, [role=alert]")
                .Select(element => element.TextContent.Trim())
        );
}
