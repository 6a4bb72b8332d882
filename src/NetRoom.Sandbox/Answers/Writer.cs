using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NetRoom.Sandbox.Answers;

/// <summary>A long text under headings with exactly as many words as asked for, 1,500 by default.</summary>
internal static partial class Writer
{
    private const int UsualWords = 1500;
    private const int MostWords = 20_000;
    private const int WordsInSection = 180;
    private const int SentencesInParagraph = 5;

    public static string Text(Prompt prompt) => Text(prompt.Question, WishedWords(prompt.Wish));

    /// <summary>A text of so many words; headings count, their marks do not.</summary>
    public static string Text(string topic, int words)
    {
        var russian = Prompt.LooksRussian(topic);
        var (headings, sentences) = russian ? WriterPhrases.Russian : WriterPhrases.English;
        var text = new StringBuilder();
        var left = words;
        var sentence = 0;
        for (var section = 0; left > 0; section++)
        {
            var heading = headings[section % headings.Length];
            Append(text, section == 0 ? "# " : "\n\n## ", heading, ref left);
            var until = Math.Max(left - WordsInSection, 0);
            for (var i = 0; left > until; i++, sentence++)
            {
                // The stride is prime to the number of sentences, so neighbours differ from section to section.
                var phrase = sentences[(sentence + section * 5) % sentences.Length];
                Append(text, i % SentencesInParagraph == 0 ? "\n\n" : " ", phrase, ref left);
            }
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string before, string phrase, ref int left)
    {
        if (left <= 0)
        {
            return;
        }
        var pieces = phrase.Split(' ');
        text.Append(before);
        if (pieces.Length <= left)
        {
            text.Append(phrase);
            left -= pieces.Length;
            return;
        }
        text.AppendJoin(' ', pieces[..left]);
        text.Length -= text[^1] is ',' or ':' or ';' ? 1 : 0;
        text.Append('.');
        left = 0;
    }

    private static int WishedWords(string question)
    {
        var match = Wish().Match(question);
        if (!match.Success)
        {
            return UsualWords;
        }
        var digits = string.Concat(match.Groups["count"].Value.Where(char.IsAsciiDigit));
        return Math.Clamp(int.Parse(digits, CultureInfo.InvariantCulture), 1, MostWords);
    }

    [GeneratedRegex(
        @"\b(?<count>[0-9]{1,3}([ \u00A0,][0-9]{3})|[0-9]{1,6})[\s-]*(words?|слов[ао]?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 500
    )]
    private static partial Regex Wish();
}
