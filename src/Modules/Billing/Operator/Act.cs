using Microsoft.AspNetCore.Http;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

/// <summary>An input of an act: a select where it has options, else a line of text.</summary>
public sealed record ActField(
    string Name,
    string Label,
    string? Value,
    string? Hint = null,
    IReadOnlyList<(string Value, string Text)>? Options = null,
    bool IsAmount = false,
    bool Required = true
);

/// <summary>What an owner is about to do, put so that it can be read before it is done.</summary>
/// <param name="Facts">What it concerns, line by line.</param>
/// <param name="Hidden">What goes with the form unseen: its id, and what was chosen a step before.</param>
/// <param name="Asks">A first step, which only reads: sent by GET to the same address.</param>
/// <param name="Error">Why it was not done, in words.</param>
public sealed record Act(
    string Title,
    string Lead,
    string Action,
    string Back,
    string Button,
    IReadOnlyList<(string Name, string Value)> Facts,
    IReadOnlyList<ActField> Fields,
    IReadOnlyList<(string Name, string Value)> Hidden,
    bool Asks = false,
    bool IsGrave = false,
    string? Error = null
);

internal static class ActResult
{
    /// <summary>A page, or a dialog over the page it was called from.</summary>
    public static IResult Show(this Act act, HttpContext context, Problem? problem = null)
    {
        var status = problem is null ? StatusCodes.Status200OK : (int)problem.Kind;
        var shown = problem is null
            ? act
            : act with
            {
                Error = context.RequestServices.GetService(typeof(ProblemSentences))
                    is ProblemSentences words
                    ? words.Of(problem)
                    : problem.Code,
            };
        return context.Request.IsFragment()
            ? Fragment.Of<ActView>(new { Act = shown }, status)
            : new PageResult<ActPage>(new { Act = shown }, status);
    }

    /// <summary>After an act: back, with a word of what came of it.</summary>
    public static IResult Done(HttpContext context, string back, bool now)
    {
        Notice.Leave(context, now ? "Done" : "It had been done before");
        return TypedResults.Redirect(back);
    }
}
