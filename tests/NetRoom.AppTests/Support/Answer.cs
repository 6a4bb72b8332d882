using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using NetRoom.Kernel;

namespace NetRoom.AppTests.Support;

/// <summary>A question that was sent, and the answer that is being written.</summary>
/// <param name="Ceiling">The "at most" that was on the screen.</param>
public sealed record Asked(Guid Chat, Guid Question, Guid Answer, Money? Ceiling);

/// <summary>An answer as the page shows it.</summary>
/// <param name="State">"running", "completed", "failed", "stopped", "interrupted".</param>
/// <param name="Text">What is written, without markup.</param>
/// <param name="Note">Why it is not whole, in a sentence, and what was charged.</param>
/// <param name="Charge">The sum under it; nothing where the balance did not pay.</param>
public sealed record Answer(
    Guid Id,
    string State,
    string Text,
    string Prose,
    string? Reasoning,
    string? Note,
    Money Charge,
    bool IsEstimated,
    string? Receipt,
    bool CanTryAgain,
    bool IsTruncated
)
{
    public static Answer Of(string html) =>
        Of(new HtmlParser().ParseDocument(html).QuerySelector("article.bot")!);

    public static Answer Of(IElement article)
    {
        var prose = article.QuerySelector(".prose");
        var price = article.QuerySelector(".price");
        var sum = price?.TextContent.Trim() ?? "";
        return new Answer(
            Guid.Parse(article.Id!["m-".Length..]),
            article.GetAttribute("data-state")!,
            prose?.TextContent ?? "",
            prose?.InnerHtml ?? "",
            article.QuerySelector(".thought")?.TextContent,
            article.QuerySelector(".card")?.QuerySelector("p")?.TextContent.Trim(),
            sum.Contains('₽', StringComparison.Ordinal) ? ParseMoney(sum.TrimEnd('*')) : Money.Zero,
            sum.EndsWith('*'),
            price?.GetAttribute("href"),
            article.QuerySelector("[formaction$='/retry']") is not null,
            article.TextContent.Contains("length limit", StringComparison.Ordinal)
        );
    }

    /// <summary>"12.3456 ₽", as pages write it in English.</summary>
    public static Money ParseMoney(string text)
    {
        var number = text.Replace("₽", "", StringComparison.Ordinal).Replace('−', '-').Trim();
        return number.Length == 0
            ? Money.Zero
            : new Money(
                (long)(
                    decimal.Parse(number, NumberStyles.Number, CultureInfo.InvariantCulture)
                    * Money.MicroPerRouble
                )
            );
    }
}
