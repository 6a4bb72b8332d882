using System.Net;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace NetRoom.Kernel.Markup;

/// <summary>
/// The one way from Markdown to HTML: live answers, history, shares and exports look alike. What it returns is safe to put in a page.
/// </summary>
public static class MarkdownHtml
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .UsePipeTables(new PipeTableOptions { UseHeaderForColumnCount = true })
        .UseTaskLists()
        .UseAutoLinks()
        .UseMathematics()
        .Use<LatexDelimiters>()
        .Build();

    public static string Render(string markdown)
    {
        var outline = default(Outline);
        return Render(markdown, ref outline);
    }

    /// <summary>Renders a piece of a text; <paramref name="outline"/> goes on from piece to piece.</summary>
    internal static string Render(string markdown, ref Outline outline)
    {
        try
        {
            return HtmlAllowList.Clean(ToHtml(markdown, ref outline));
        }
        catch (ArgumentException)
        {
            // Nested too deeply to be meant: it is shown as it is.
            return $"<pre tabindex=\"0\"><code>{WebUtility.HtmlEncode(markdown)}</code></pre>";
        }
    }

    /// <summary>Goes past a piece of a text without rendering it.</summary>
    internal static Outline After(string markdown, Outline outline) =>
        Parse(markdown)
            .Descendants<HeadingBlock>()
            .Aggregate(outline, (before, heading) => before.Under(heading.Level));

    /// <summary>Where each top-level block begins, in order; the last one may still grow.</summary>
    internal static IReadOnlyList<int> BlockStarts(string markdown) =>
        [
            .. Parse(markdown)
                .Where(block =>
                    block is not LinkReferenceDefinitionGroup && block.Span.Start < markdown.Length
                )
                .Select(block => LineStart(markdown, block.Span.Start))
                .Distinct()
                .Order(),
        ];

    /// <summary>Without any blocks if it is nested too deeply to be meant.</summary>
    private static MarkdownDocument Parse(string markdown)
    {
        try
        {
            return Markdown.Parse(markdown, Pipeline);
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    private static string ToHtml(string markdown, ref Outline outline)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        var headings = new LowerHeadings(outline);
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new CodeFigures());
        renderer.ObjectRenderers.ReplaceOrAdd<HeadingRenderer>(headings);
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlMathInlineRenderer>(new Formulas());
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new WideTables());
        renderer.Render(Markdown.Parse(markdown, Pipeline));
        outline = headings.Outline;
        return writer.ToString();
    }

    private static int LineStart(string text, int at) =>
        at <= 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    /// <summary>A code block with its language above it; the page's script adds the copy button and the colours.</summary>
    private sealed class CodeFigures : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            if (obj is MathBlock)
            {
                renderer
                    .Write("<div class=\"math\">")
                    .WriteLeafRawLines(obj, true, true)
                    .WriteLine("</div>");
                return;
            }

            var language = (obj as FencedCodeBlock)?.Info is { Length: > 0 and < 30 } info
                ? info
                : null;
            renderer.Write("<figure class=\"code\"><figcaption>");
            renderer.WriteEscape(language ?? "").Write("</figcaption><pre tabindex=\"0\"><code");
            if (language is not null && language.All(IsPlain))
                renderer.Write(" class=\"language-").Write(language.ToLowerInvariant()).Write("\"");
            renderer
                .Write(">")
                .WriteLeafRawLines(obj, true, true)
                .WriteLine("</code></pre></figure>");
        }

        private static bool IsPlain(char letter) =>
            char.IsAsciiLetterOrDigit(letter) || letter is '-' or '+' or '#';
    }

    /// <summary>The source of a formula; the page's script typesets it.</summary>
    private sealed class Formulas : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline obj)
        {
            renderer.Write(
                obj.DelimiterCount == 2
                    ? "<span class=\"math display\">\\("
                    : "<span class=\"math\">\\("
            );
            renderer.WriteEscape(obj.Content).Write("\\)</span>");
        }
    }

    /// <summary>A table that scrolls inside itself, by keyboard too.</summary>
    private sealed class WideTables : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            renderer.Write("<div class=\"wide\" tabindex=\"0\">");
            base.Write(renderer, table);
            renderer.WriteLine("</div>");
        }
    }

    /// <summary>The page itself has the first two levels; below them none is left out.</summary>
    private sealed class LowerHeadings(Outline outline) : HtmlObjectRenderer<HeadingBlock>
    {
        public Outline Outline { get; private set; } = outline;

        protected override void Write(HtmlRenderer renderer, HeadingBlock obj)
        {
            Outline = Outline.Under(obj.Level);
            var level = Math.Min(Outline.Depth + 2, 6);
            renderer.Write($"<h{level}>").WriteLeafInline(obj).WriteLine($"</h{level}>");
        }
    }
}
