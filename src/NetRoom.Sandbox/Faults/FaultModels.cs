using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Faults;

/// <summary>Models that misbehave, one habit each. The habits are those seen at real providers and gateways.</summary>
internal static class FaultModels
{
    public static readonly IReadOnlyList<SandboxModel> All =
    [
        Upfront("500", "500 at once", UpfrontFault.ServerError),
        Upfront("503", "503 at once", UpfrontFault.Unavailable),
        Upfront("529", "Overloaded: 529 at Anthropic, 503 at OpenAI", UpfrontFault.Overloaded),
        Upfront("429", "Rate limit with Retry-After: 2", UpfrontFault.RateLimited),
        Upfront(
            "quota",
            "No money: 429 insufficient_quota or 402 billing_error",
            UpfrontFault.OutOfMoney
        ),
        Upfront("401", "Says the key is wrong", UpfrontFault.BadKey),
        Upfront("html-error", "502 with an HTML body", UpfrontFault.HtmlPage),
        Upfront("error-200", "An error object in a plain 200 body", UpfrontFault.ErrorUnder200),
        Upfront(
            "flaky",
            "503 on every odd call, counted per process",
            UpfrontFault.EverySecondCall
        ),
        Steps("hang", "Headers, then never a byte", _ => [Step.Silence]),
        Steps("hang-late", "Some text, then silence", ask => [.. Some(ask), Step.Silence]),
        Steps(
            "cut",
            "Some text, then the connection is dropped",
            ask => [.. Some(ask), Step.Abort]
        ),
        Steps("cut-early", "Dropped after the headers", _ => [Step.Abort]),
        Steps(
            "error-in-stream",
            "Some text, then an error object",
            ask => [.. Some(ask), Step.Error]
        ),
        Steps(
            "error-first",
            "An error object as the first event of a 200 stream",
            _ => [Step.Error]
        ),
        Quirky("no-usage", "Never says the usage", Quirks.NoUsage),
        Quirky("zero-usage", "Says zero for every counter", Quirks.ZeroUsage),
        Quirky(
            "usage-twice",
            "Cumulative usage on the way, null after the end",
            Quirks.UsageTwice,
            WithUsage
        ),
        Quirky(
            "split-utf8",
            "Bytes one at a time, pairs over two deltas",
            Quirks.ByteByByte,
            _ => FaultSteps.Split()
        ),
        Quirky("crlf", "CRLF line ends", Quirks.Crlf),
        new(
            "fault-keepalive",
            "Comments and blank lines, first content after 3 s",
            (ask, options) =>
                new Answer(FaultSteps.KeptAlive(ask, options), Tempo.Ordinary(options))
        ),
        Quirky("no-done", "No [DONE], no message_stop", Quirks.NoDone),
        Quirky("multi-data", "An event's JSON over several data lines", Quirks.MultiData),
        Steps("big-event", "One delta of 300 KB", _ => [FaultSteps.Big()]),
        Steps("empty", "Ends at once without content", _ => []),
        new(
            "fault-refusal",
            "Refuses",
            (ask, options) =>
                new Answer(FaultSteps.Refusal(ask), Tempo.Ordinary(options))
                {
                    Finish = Finish.Refusal,
                }
        ),
        new(
            "fault-length",
            "Spends the whole budget on reasoning",
            (ask, options) =>
                new Answer(FaultSteps.Pondering(ask), Tempo.Ordinary(options))
                {
                    Finish = Finish.Length,
                }
        ),
        Steps("think-tags", "<think> tags inside the content", FaultSteps.ThinkTags) with
        {
            Only = Protocol.OpenAi,
        },
        Quirky(
            "both-reasoning",
            "The same reasoning in two fields",
            Quirks.BothReasoning,
            FaultSteps.Reasoned
        ) with
        {
            Only = Protocol.OpenAi,
        },
        Steps(
            "start-twice",
            "message_start again in the middle",
            ask => [.. Some(ask), Step.Restart, .. Plain(ask)]
        ) with
        {
            Only = Protocol.Anthropic,
        },
    ];

    private static IEnumerable<Step> Plain(Ask ask) => Step.Texts(FaultSteps.Sentence(ask));

    private static IEnumerable<Step> Some(Ask ask) => Plain(ask).Take(12);

    private static IEnumerable<Step> WithUsage(Ask ask) =>
        Plain(ask).SelectMany((step, i) => i % 4 == 3 ? new[] { step, Step.Usage } : [step]);

    private static SandboxModel Upfront(string name, string about, UpfrontFault fault) =>
        Steps(name, about, Plain) with
        {
            Upfront = fault,
        };

    private static SandboxModel Steps(
        string name,
        string about,
        Func<Ask, IEnumerable<Step>> steps
    ) => Quirky(name, about, Quirks.None, steps);

    private static SandboxModel Quirky(
        string name,
        string about,
        Quirks quirks,
        Func<Ask, IEnumerable<Step>>? steps = null
    ) =>
        new(
            "fault-" + name,
            about,
            (ask, options) =>
                new Answer((steps ?? Plain)(ask), Tempo.Ordinary(options)) { Quirks = quirks }
        );
}
