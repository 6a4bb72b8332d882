using System.Net;
using System.Text.RegularExpressions;

namespace NetRoom.Bench.Site;

/// <summary>A signed-up person with a browser without script. It keeps its cookies by hand, Secure ones over http included.</summary>
internal sealed partial class Person(LiveSite site)
{
    private readonly Dictionary<string, string> cookies = [];
    private string token = "";

    public string CookieHeader =>
        string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    /// <summary>The chat that the next message goes to.</summary>
    public string ChatPath { get; private set; } = "";

    public static async Task<Person> SignUpAsync(LiveSite site)
    {
        var person = new Person(site);
        await person.ReadTokenAsync("/sign-up");
        using var answer = await person.PostAsync(
            "/sign-up",
            ("email", $"{Kernel.Ids.New():n}@bench.example"),
            ("password", "four unrelated teapots sing"),
            ("terms", "yes"),
            ("personalData", "yes"),
            ("age", "adult")
        );
        if (answer.StatusCode != HttpStatusCode.Redirect)
            throw new InvalidOperationException(
                $"Sign-up answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}"
            );
        await person.ReadTokenAsync("/");
        return person;
    }

    public static async Task<Person[]> SignUpAsync(LiveSite site, int count)
    {
        var people = new Person[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (i, _) => people[i] = await SignUpAsync(site)
        );
        return people;
    }

    /// <summary>Starts a chat with a first message and reads its answer to the end.</summary>
    public async Task OpenChatAsync(string model, string text)
    {
        using var answer = await PostAsync("/chats", Message(model, text));
        if (answer.StatusCode != HttpStatusCode.Created)
            throw new InvalidOperationException(
                $"A new chat answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}"
            );
        ChatPath = answer.Headers.Location!.OriginalString;
        using var page = await GetAsync(ChatPath);
        var html = await page.Content.ReadAsStringAsync();
        if (StreamSource().Match(html) is { Success: true } source)
            await DrainAsync(source.Groups["path"].Value);
    }

    /// <summary>Sends a message to the chat.</summary>
    /// <returns>The path of the answer's events.</returns>
    public async Task<string> SendAsync(string model, string text)
    {
        using var answer = await PostAsync($"{ChatPath}/messages", Message(model, text));
        var html = await answer.Content.ReadAsStringAsync();
        return StreamSource().Match(html) is { Success: true } source
            ? source.Groups["path"].Value
            : throw new InvalidOperationException(
                $"A message answered {answer.StatusCode}: {html}"
            );
    }

    public Task<HttpResponseMessage> GetAsync(
        string path,
        string accept = "text/html",
        string? encodings = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(site.Address, path));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "none");
        if (encodings is not null)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        return SendAsync(
            request,
            accept == "text/html"
                ? HttpCompletionOption.ResponseContentRead
                : HttpCompletionOption.ResponseHeadersRead
        );
    }

    private static (string, string)[] Message(string model, string text) =>
        [("key", $"{Kernel.Ids.New()}"), ("text", text), ("model", model), ("effort", "")];

    private async Task DrainAsync(string source)
    {
        using var events = await GetAsync(source, "text/event-stream");
        await events.Content.CopyToAsync(Stream.Null);
    }

    private async Task ReadTokenAsync(string path)
    {
        using var page = await GetAsync(path);
        token = FormToken().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value;
    }

    private async Task<HttpResponseMessage> PostAsync(
        string path,
        params (string Name, string Value)[] fields
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(site.Address, path))
        {
            Content = new FormUrlEncodedContent(
                fields
                    .Append(("__RequestVerificationToken", token))
                    .Select(field => KeyValuePair.Create(field.Item1, field.Item2))
            ),
        };
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        if (path != "/sign-up")
            request.Headers.TryAddWithoutValidation("HX-Request", "true");
        return await SendAsync(request, HttpCompletionOption.ResponseContentRead);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        HttpCompletionOption until
    )
    {
        using (request)
        {
            request.Headers.TryAddWithoutValidation(
                "User-Agent",
                "Mozilla/5.0 (X11; Linux x86_64) NetRoom.Bench"
            );
            request.Headers.TryAddWithoutValidation("Cookie", CookieHeader);
            var answer = await Wire.Client.SendAsync(request, until);
            if (answer.Headers.TryGetValues("Set-Cookie", out var set))
                foreach (var line in set)
                {
                    var pair = line.Split(';')[0].Split('=', 2);
                    cookies[pair[0]] = pair[1];
                }

            return answer;
        }
    }

    [GeneratedRegex(
        "<answer-stream src=\"(?<path>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex StreamSource();

    [GeneratedRegex(
        "name=\"__RequestVerificationToken\"[^>]* value=\"(?<token>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FormToken();
}
