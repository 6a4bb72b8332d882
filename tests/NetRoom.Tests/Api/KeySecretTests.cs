using System.Text.RegularExpressions;
using NetRoom.Api.Keys;

namespace NetRoom.Tests.Api;

public sealed class KeySecretTests
{
    [Fact]
    public void A_key_is_what_scanners_look_for_and_no_two_are_alike()
    {
        var keys = Enumerable.Range(0, 1000).Select(_ => KeySecret.Create()).ToArray();
        keys.Distinct().Count().ShouldBe(1000);
        keys.Where(key =>
                !Regex.IsMatch(
                    key,
                    @"^nr-[0-9A-Za-z]{49}\z",
                    RegexOptions.None,
                    TimeSpan.FromSeconds(1)
                )
            )
            .ShouldBeEmpty();
        keys.Where(key => !KeySecret.IsWhole(key)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_mistyped_letter_is_noticed()
    {
        var key = KeySecret.Create();
        for (var at = 0; at < key.Length; at++)
        {
            var other = key[at] == 'x' ? 'y' : 'x';
            KeySecret.IsWhole(key[..at] + other + key[(at + 1)..]).ShouldBeFalse($"letter {at}");
            KeySecret.IsWhole(key.Remove(at, 1)).ShouldBeFalse($"without letter {at}");
        }

        foreach (
            var wrong in new[]
            {
                "",
                "nr-",
                key + "x",
                key + "\n",
                " " + key,
                key.ToUpperInvariant(),
            }
        )
            KeySecret.IsWhole(wrong).ShouldBeFalse(wrong);
    }

    [Fact]
    public void What_is_shown_of_a_key_leaves_most_of_it_secret() =>
        KeySecret.Start(KeySecret.Create()).Length.ShouldBe(8);
}
