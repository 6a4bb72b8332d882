using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Renderers;

namespace NetRoom.Kernel.Markup;

/// <summary>Models also write math as \( … \) and \[ … \], which plain Markdown takes for escaped brackets.</summary>
internal sealed class LatexDelimiters : IMarkdownExtension
{
    public void Setup(MarkdownPipelineBuilder pipeline) =>
        pipeline.InlineParsers.InsertBefore<EscapeInlineParser>(new BracketMath());

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer) { }

    private sealed class BracketMath : InlineParser
    {
        /// <summary>A limit on the search, so that many open brackets cost no more than their number.</summary>
        private const int LongestFormula = 4_000;

        public BracketMath() => OpeningCharacters = ['\\'];

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            var close = slice.PeekChar() switch
            {
                '(' => "\\)",
                '[' => "\\]",
                _ => null,
            };
            if (close is null)
                return false;
            var from = slice.Start + 2;
            var to = slice.Text.IndexOf(
                close,
                from,
                Math.Min(slice.End - from + 1, LongestFormula),
                StringComparison.Ordinal
            );
            if (to < 0)
                return false;
            processor.Inline = new MathInline
            {
                Content = new StringSlice(slice.Text, from, to - 1),
                Delimiter = '$',
                DelimiterCount = close == "\\]" ? 2 : 1,
            };
            slice.Start = to + 2;
            return true;
        }
    }
}
