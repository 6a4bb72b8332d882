#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using NetRoom.Generation;

namespace NetRoom.Tests.Generation;

public sealed class TextSizeTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("four", 1)]
    [InlineData("fives", 2)]
    [InlineData("привет", 3)]
    [InlineData("🎉", 1)]
    [InlineData("hello, привет", 5)]
    public void Four_letters_of_ASCII_or_two_others_are_about_a_token(string text, long tokens) =>
        TextSize.Of(text).Tokens.ShouldBe(tokens);

    [Fact]
    public void The_size_of_two_texts_is_the_sum_of_their_sizes()
    {
        var random = new Random(7);
        const string letters = "abc xyz,.абвгд漢字🎉";
        for (var i = 0; i < 500; i++)
        {
            var (one, two) = (Text(), Text());
            (TextSize.Of(one) + TextSize.Of(two)).ShouldBe(TextSize.Of(one + two));
            TextSize.Of(one + two).Tokens.ShouldBeGreaterThanOrEqualTo(TextSize.Of(one).Tokens);
        }

        string Text() => new(random.GetItems<char>(letters, random.Next(0, 200)));
    }
}
