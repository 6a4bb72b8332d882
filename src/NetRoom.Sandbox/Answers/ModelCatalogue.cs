using NetRoom.Sandbox.Faults;

namespace NetRoom.Sandbox.Answers;

/// <summary>A model of the sandbox, under one name on all protocols.</summary>
/// <param name="Name">Without the protocol's prefix, for instance <c>sandbox-echo</c>.</param>
/// <param name="About">What it does, one line for the front page.</param>
/// <param name="Answer">How it answers.</param>
internal sealed record SandboxModel(
    string Name,
    string About,
    Func<Ask, SandboxOptions, Answer> Answer
)
{
    /// <summary>The error it gives before any answer, if that is its fault.</summary>
    public UpfrontFault? Upfront { get; init; }

    /// <summary>It reasons by itself, and refuses to be told how to sample.</summary>
    public bool Thinks { get; init; }

    /// <summary>The only protocol that has it; null means all.</summary>
    public Protocol? Only { get; init; }
}

/// <summary>All models, found by the id a request names.</summary>
internal static class ModelCatalogue
{
    private static readonly SandboxModel[] Sensible =
    [
        Titled(
            "sandbox-echo",
            "Restates the question and counts it",
            (ask, options) => Answer.Of(ask, Echo.Text(ask.Prompt), Tempo.Ordinary(options))
        ),
        Titled(
            "sandbox-writer",
            "Writes 1,500 words, or as many as the prompt names (up to 20,000)",
            (ask, options) => Answer.Of(ask, Writer.Text(ask.Prompt), Tempo.Ordinary(options))
        ),
        Titled(
            "sandbox-coder",
            "Code blocks in three languages",
            (ask, options) => Answer.Of(ask, Coder.Text(ask.Prompt), Tempo.Ordinary(options))
        ),
        Titled(
            "sandbox-tables",
            "A narrow and a wide Markdown table",
            (ask, options) => Answer.Of(ask, Tables.Text(ask.Prompt), Tempo.Ordinary(options))
        ),
        Titled(
            "sandbox-math",
            "LaTeX, and the value of an arithmetic expression in the prompt",
            (ask, options) => Answer.Of(ask, Formulas.Text(ask.Prompt), Tempo.Ordinary(options))
        ),
        Titled("sandbox-slow", "4 tokens a second for about 40 seconds", Slowly),
        Titled(
            "sandbox-thinker",
            "Reasons first, then answers",
            (ask, options) => Answer.Of(ask, Echo.Text(ask.Prompt), Tempo.Ordinary(options)),
            Thinking
        ) with
        {
            Thinks = true,
        },
        Titled(
            "sandbox-instant",
            "The answer of echo with no delay at all",
            (ask, _) => Answer.Of(ask, Echo.Text(ask.Prompt), Tempo.None)
        ),
        new(
            "sandbox-pace",
            "N tokens, M ms apart, from a prompt like “pace 200 x 20ms”",
            (ask, _) => Pace.Answer(ask.Prompt)
        ),
    ];

    private static readonly Dictionary<string, SandboxModel> ByName = Sensible
        .Concat(FaultModels.All)
        .ToDictionary(model => model.Name, StringComparer.Ordinal);

    public static string Prefix(Protocol protocol) =>
        protocol switch
        {
            Protocol.Anthropic => "claude-",
            Protocol.Gemini => "gemini-",
            _ => "gpt-",
        };

    public static SandboxModel? Find(Protocol protocol, string id) =>
        id.StartsWith(Prefix(protocol), StringComparison.Ordinal)
        && ByName.TryGetValue(id[Prefix(protocol).Length..], out var model)
        && Speaks(model, protocol)
            ? model
            : null;

    public static IEnumerable<(string Id, SandboxModel Model)> Of(Protocol protocol) =>
        ByName
            .Values.Where(model => Speaks(model, protocol))
            .Select(model => (Prefix(protocol) + model.Name, model));

    private static bool Speaks(SandboxModel model, Protocol protocol) =>
        model.Only is null || model.Only == protocol;

    private static SandboxModel Titled(
        string name,
        string about,
        Func<Ask, SandboxOptions, Answer> answer,
        Func<Ask, Ask>? mood = null
    ) =>
        new(
            name,
            about,
            (ask, options) =>
            {
                if (ask.Prompt.WantsTitle)
                {
                    return new Answer(Step.Texts(Title.Text(ask.Prompt)), Tempo.Ordinary(options));
                }
                ask = mood?.Invoke(ask) ?? ask;
                return Skills.Answer(ask, options) ?? answer(ask, options);
            }
        );

    private static Answer Slowly(Ask ask, SandboxOptions options)
    {
        // A word is at least one token, so this many words are enough.
        var text = Writer.Text(ask.Prompt.Question, options.SlowTokens);
        var length = Tokenizer.LengthOf(text, options.SlowTokens);
        return Answer.Of(ask, text[..length], Tempo.Slow(options));
    }

    private static Ask Thinking(Ask ask) =>
        ask.Reasoning is Reasoning.Off ? ask : ask with { Reasoning = Reasoning.Shown };
}
