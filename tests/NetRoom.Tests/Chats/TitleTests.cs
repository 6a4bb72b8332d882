using System.Text;
using NetRoom.Chats.Sending;

namespace NetRoom.Tests.Chats;

public sealed class TitleTests
{
    [Theory]
    [InlineData("Hello", "Hello")]
    [InlineData("  Hello  \n\nand more", "Hello")]
    [InlineData("# Heading\ntext", "Heading")]
    [InlineData("- **bold** item", "bold** item")]
    [InlineData("> quoted words", "quoted words")]
    [InlineData("```\ncode()\n```", "code()")]
    [InlineData("---\n***\nthe third line", "the third line")]
    [InlineData("What is a heat pump? Explain in plain words.", "What is a heat pump?")]
    [InlineData("Write a letter. Make it polite.", "Write a letter")]
    [InlineData("Why?", "Why?")]
    [InlineData("Расскажи о тепловом насосе. Подробно.", "Расскажи о тепловом насосе")]
    [InlineData("Привет! Как дела?", "Привет! Как дела?")]
    [InlineData("🎉🎉🎉", "🎉🎉🎉")]
    [InlineData("???", "???")]
    [InlineData("3.14 is about pi", "3.14 is about pi")]
    public void A_chat_is_named_by_its_first_words(string text, string title) =>
        Title.Of(text).ShouldBe(title);

    [Fact]
    public void A_long_line_is_cut_between_words()
    {
        var title = Title.Of(
            "Explain to me in as many words as you like how exactly a heat pump works in winter"
        );
        title.ShouldBe("Explain to me in as many words as you like how exactly a…");
    }

    [Fact]
    public void A_long_word_is_cut_where_it_must_be() =>
        Title.Of(new string('x', 500)).ShouldBe(new string('x', Title.Longest) + "…");

    [Theory]
    [InlineData("🎉")]
    [InlineData("a🎉")]
    [InlineData(" 🎉")]
    [InlineData("漢字🎉")]
    [InlineData("слово 🎉")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("! ")]
    [InlineData("*🎉")]
    public void Whatever_it_is_cut_from_a_name_is_whole_letters_and_not_too_long(string piece)
    {
        for (var times = 1; times < 80; times++)
        {
            var title = Title.Of(string.Concat(Enumerable.Repeat(piece, times)));
            title.Length.ShouldBeInRange(1, Title.Longest + 1);
            var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
            Should.NotThrow(() => strict.GetByteCount(title), $"{piece} × {times}");
        }
    }
}
