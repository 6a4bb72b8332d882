using System.Globalization;
using System.Net;
using System.Text;
using NetRoom.Kernel;

namespace NetRoom.AppTests.Support;

/// <summary>Somebody with a browser: says what a person wants, and does it over HTTP by the page's own forms and links.</summary>
public sealed class Person(NetRoomApp app, Node node)
{
    public Cookies Cookies { get; private init; } = new();

    public Node Node { get; } = node;

    public string Email { get; private set; } = $"p{Ids.New():n}@people.test";

    public string Password { get; private set; } = $"correct-{Ids.New():n}";

    /// <summary>The same browser, sent to another node by the load balancer.</summary>
    public Person On(Node other) =>
        new(app, other)
        {
            Cookies = Cookies,
            Email = Email,
            Password = Password,
        };

    /// <summary>The same account in another browser.</summary>
    public async Task<Person> InAnotherBrowserAsync(Node? other = null)
    {
        var person = new Person(app, other ?? Node) { Email = Email, Password = Password };
        var page = await person.OpenAsync("/sign-in");
        var reply = await person.SubmitAsync(
            page,
            "form.panel",
            ("email", Email),
            ("password", Password)
        );
        reply.Status.ShouldBe(HttpStatusCode.Found, reply.Sentence);
        return person;
    }

    public async Task SignUpAsync()
    {
        var page = await OpenAsync("/sign-up");
        var reply = await SubmitAsync(
            page,
            "form.panel",
            ("email", Email),
            ("password", Password),
            ("age", "adult"),
            ("terms", "yes"),
            ("personalData", "yes")
        );
        reply.Status.ShouldBe(HttpStatusCode.Found, reply.Sentence);
    }

    /// <summary>Writes a message and sends it, as the page with script does: a quote first, then the form.</summary>
    /// <param name="chat">Null begins a new chat.</param>
    public async Task<Asked> AskAsync(
        string text,
        string model = "sandbox-echo",
        Guid? chat = null,
        string? effort = null
    )
    {
        var draft = await DraftAsync(text, model, chat, effort);
        var reply = await SendAsync(draft);
        ((int)reply.Status).ShouldBeInRange(200, 201, reply.Sentence);
        return await SentAsync(draft, reply);
    }

    /// <summary>A message as it stands in the box, with its price, before Send.</summary>
    public async Task<Draft> DraftAsync(
        string text,
        string model,
        Guid? chat = null,
        string? effort = null
    )
    {
        var page = await OpenAsync(chat is { } id ? $"/c/{id}" : "/");
        var form = page.Form("form.composer");
        var fields = form.Fields();
        (fields["text"], fields["model"], fields["effort"]) = (text, model, effort ?? "");
        var other = text.Count(letter => !char.IsAscii(letter));
        var address = page.Page.QuerySelector("output.quote")!.GetAttribute("data-url")!;
        var quote = await OpenAsync(
            address
                + (address.Contains('?', StringComparison.Ordinal) ? '&' : '?')
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"model={Uri.EscapeDataString(model)}&effort={effort}&ascii={text.Length - other}&other={other}"
                ),
            fragment: true
        );
        fields.Remove("ceiling");
        if (quote.Page.QuerySelector("[name=ceiling]")?.GetAttribute("value") is { } ceiling)
            fields["ceiling"] = ceiling;
        return new Draft(chat, form.GetAttribute("action")!, fields);
    }

    /// <summary>Presses Send.</summary>
    public Task<Reply> SendAsync(Draft draft, bool withScript = true) =>
        PostAsync(draft.Action, draft.Fields, withScript);

    /// <summary>What a sent draft became.</summary>
    public async Task<Asked> SentAsync(Draft draft, Reply reply)
    {
        var chat =
            draft.Chat
            ?? Guid.Parse(
                reply.Location!.Split('#')[0].Split('/')[^1],
                CultureInfo.InvariantCulture
            );
        var page = await OpenAsync($"/c/{chat}");
        return new Asked(chat, Guid.Parse(draft.Fields["key"]), LastAnswer(page).Id, draft.Ceiling);
    }

    /// <summary>Reads the chat's page.</summary>
    public async Task<Answer> LookAsync(Asked asked) =>
        Answer.Of(
            (await OpenAsync($"/c/{asked.Chat}")).Page.GetElementById($"m-{asked.Answer}")
                ?? throw new InvalidOperationException("The answer is not on the page of its chat.")
        );

    /// <summary>Follows the answer to its end.</summary>
    public async Task<Answer> AnswerAsync(Asked asked) => (await FollowAsync(asked)).Answer!;

    /// <summary>Follows the answer to its end, or until the reader has had enough.</summary>
    /// <param name="screen">What this reader has before them already: they come back with Last-Event-ID.</param>
    /// <param name="leave">True when they go away; the answer goes on without them.</param>
    public async Task<Screen> FollowAsync(
        Asked asked,
        Screen? screen = null,
        Func<Screen, bool>? leave = null
    )
    {
        screen ??= new Screen();
        await using var stream = await OpenEventsAsync(asked, screen.LastId);
        stream.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await foreach (var item in stream.ReadAsync())
        {
            screen.Take(item);
            if (screen.Answer is not null || leave?.Invoke(screen) == true)
                return screen;
        }

        throw new InvalidOperationException("The stream ended without \"done\".");
    }

    public async Task<EventStream> OpenEventsAsync(Asked asked, string? after = null)
    {
        using var request = Request(
            HttpMethod.Get,
            $"/c/{asked.Chat}/answers/{asked.Answer}/events",
            "text/event-stream"
        );
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        var response = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Cookies.TakeFrom(response);
        return new EventStream(response);
    }

    /// <summary>Waits until so much of the answer can be read.</summary>
    public async Task UntilWritingAsync(Asked asked, int letters = 1)
    {
        var screen = await FollowAsync(asked, leave: screen => screen.Html.Length >= letters);
        screen.Answer.ShouldBeNull("the answer ended too soon for this test");
    }

    /// <summary>Presses Stop.</summary>
    public async Task<Reply> StopAsync(Asked asked)
    {
        var page = await OpenAsync($"/c/{asked.Chat}");
        return await PostAsync(
            $"/c/{asked.Chat}/answers/{asked.Answer}/stop",
            page.Form("#act").Fields(),
            fragment: true
        );
    }

    /// <summary>Presses "Try again" (or "Answer again") under the last answer.</summary>
    /// <param name="model">Null is the model of the chat.</param>
    public async Task<Asked> RetryAsync(Asked asked, string? model = null)
    {
        var page = await OpenAsync($"/c/{asked.Chat}");
        var fields = page.Form("#act").Fields();
        if (model is not null)
            fields["model"] = model;
        var reply = await PostAsync($"/c/{asked.Chat}/questions/{asked.Question}/retry", fields);
        reply.Status.ShouldBe(HttpStatusCode.Found, reply.Sentence);
        return asked with { Answer = LastAnswer(await OpenAsync($"/c/{asked.Chat}")).Id };
    }

    public async Task RenameAsync(Guid chat, string title)
    {
        var reply = await SubmitAsync(
            await OpenAsync($"/c/{chat}"),
            "form.rename",
            ("title", title)
        );
        reply.Status.ShouldBe(HttpStatusCode.Found, reply.Sentence);
    }

    public async Task DeleteAsync(Guid chat)
    {
        var reply = await SubmitAsync(await OpenAsync($"/c/{chat}"), "form[action$='/delete']");
        reply.Status.ShouldBe(HttpStatusCode.Found, reply.Sentence);
    }

    /// <summary>What the balance page says is available.</summary>
    public async Task<Money> BalanceAsync() =>
        Answer.ParseMoney(
            (await OpenAsync("/balance")).Page.QuerySelector(".big.money")!.TextContent
        );

    /// <summary>The receipt behind the sum under an answer; the sum it says was charged.</summary>
    public async Task<Reply> ReceiptAsync(Answer answer) =>
        await OpenAsync(answer.Receipt ?? throw new InvalidOperationException("No receipt."));

    /// <summary>Opens an address as a link would; follows no redirect.</summary>
    public Task<Reply> OpenAsync(string path, bool fragment = false)
    {
        var request = Request(HttpMethod.Get, path, "text/html");
        if (fragment)
            request.Headers.Add("HX-Request", "true");
        return SendAsync(request);
    }

    /// <summary>Fills a form of a page and submits it as a browser without script does.</summary>
    public Task<Reply> SubmitAsync(
        Reply page,
        string form,
        params (string Name, string Value)[] values
    )
    {
        var element = page.Form(form);
        var fields = element.Fields();
        foreach (var (name, value) in values)
            fields[name] = value;
        return PostAsync(element.GetAttribute("action") ?? page.Address.PathAndQuery, fields);
    }

    public Task<Reply> PostAsync(
        string path,
        IReadOnlyDictionary<string, string> fields,
        bool fragment = false
    )
    {
        var request = Request(HttpMethod.Post, path, "text/html");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (fragment)
            request.Headers.Add("HX-Request", "true");
        // As a browser's FormData with script, and urlencoded without.
        if (fragment)
        {
            var parts = new MultipartFormDataContent();
            foreach (var (name, value) in fields)
                parts.Add(new StringContent(value, Encoding.UTF8), name);
            request.Content = parts;
        }
        else
        {
            request.Content = new FormUrlEncodedContent(fields);
        }

        return SendAsync(request);
    }

    public HttpRequestMessage Request(HttpMethod method, string path, string accept)
    {
        var request = new HttpRequestMessage(method, new Uri(Node.Address, path));
        request.Headers.Add("Accept", accept);
        request.Headers.Add("Accept-Language", "en");
        Cookies.AddTo(request);
        return request;
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await app.Http.SendAsync(request);
            Cookies.TakeFrom(response);
            return new Reply(
                request.RequestUri!,
                response,
                await response.Content.ReadAsStringAsync()
            );
        }
    }

    private static Answer LastAnswer(Reply page) =>
        Answer.Of(page.Page.QuerySelectorAll("article.bot")[^1]);
}

/// <summary>The composer's form, filled in.</summary>
public sealed record Draft(Guid? Chat, string Action, Dictionary<string, string> Fields)
{
    public Money? Ceiling =>
        Fields.TryGetValue("ceiling", out var micro)
            ? new Money(long.Parse(micro, CultureInfo.InvariantCulture))
            : null;

    /// <summary>The same message with other fields.</summary>
    public Draft With(params (string Name, string Value)[] values)
    {
        var fields = new Dictionary<string, string>(Fields, StringComparer.Ordinal);
        foreach (var (name, value) in values)
            fields[name] = value;
        return this with { Fields = fields };
    }
}
