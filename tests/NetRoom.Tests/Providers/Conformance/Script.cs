using System.Text.Json;

namespace NetRoom.Tests.Providers.Conformance;

internal enum Stop
{
    Finished,
    Limit,
    Refused,
    Tools,
    Unheard,
}

/// <summary>A count of tokens as a protocol would report it: the prompt with what is cached, the answer with its reasoning.</summary>
internal sealed record Count(int Input, int Output, int Cached = 0, int Reasoning = 0);

/// <summary>What a provider says, in the words of one protocol, so that one behaviour is one test. Texts are as they stand in JSON.</summary>
internal abstract class Script
{
    public const string Model = "answered-model";
    public static readonly Count Usual = new(120, 40, 64, 32);

    /// <summary>By provider in the bench's catalogue.</summary>
    public static TheoryData<string> All => ["openai", "anthropic", "google", "responses"];

    public static Script Of(string provider) =>
        provider switch
        {
            "openai" => new OpenAiScript(),
            "anthropic" => new AnthropicScript(),
            "google" => new GeminiScript(),
            "responses" => new ResponsesScript(),
            _ => throw new ArgumentOutOfRangeException(nameof(provider)),
        };

    public abstract string Begin(Count? usage = null);

    public abstract string Text(string text);

    public abstract string Thought(string text);

    /// <summary>One call, in as many pieces as the protocol can cut it.</summary>
    public abstract string Call(int number, string name, params string[] arguments);

    /// <summary>The end with usage; without a count there is none. Numbers may be written as the test likes.</summary>
    public abstract string End(
        Stop stop = Stop.Finished,
        Count? usage = null,
        Func<int, string>? number = null
    );

    /// <summary>An error inside the stream, after which nothing comes.</summary>
    public abstract string Error(string type, Count? usage = null);

    /// <summary>Events, fields and parts that nobody has heard of.</summary>
    public abstract string Unheard { get; }

    /// <summary>The answer in one piece.</summary>
    public abstract string Whole(string text, Count usage);

    public string Saying(string text) => Begin() + Text(text) + End(usage: Usual);

    /// <summary>Thinking, letters of many bytes, a pair in two halves, a tool.</summary>
    public string Recorded =>
        ": keep-alive\n\n"
        + Begin(Usual)
        + Thought("Фьорды? ")
        + Text("Глубоко \\ud83d")
        + Unheard
        + ":\n\n"
        + Text("\\ude00, и 🏔\\n")
        + Call(0, "weather", "{\"city\":", "\"Осло 🏔\"", "}")
        + End(Stop.Tools, Usual);

    public const string RecordedText = "Глубоко 😀, и 🏔\n";

    protected static string Event(string json, string? name = null) =>
        (name is null ? "" : $"event: {name}\n") + $"data: {json}\n\n";

    protected static string Quote(string text) => JsonSerializer.Serialize(text);

    protected static string Plain(int number) =>
        number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
