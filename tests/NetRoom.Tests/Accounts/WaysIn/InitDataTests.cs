#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using System.Globalization;
using System.Text;
using NetRoom.Accounts.WaysIn.Telegram;

namespace NetRoom.Tests.Accounts.WaysIn;

/// <summary>Vectors H and I of the reference, and what becomes of them when they are changed.</summary>
public sealed class InitDataTests
{
    private const string BotToken = "987654:NetRoomTestToken_abcdefghijklmnopqrstu";
    private const string Vector =
        "auth_date=1767225600&query_id=AAE&start_param=ref-42&user=%7B%22id%22%3A777000111%2C%22first_name%22%3A%22%D0%98%D0%B2%D0%B0%D0%BD%22%2C%22username%22%3A%22ivan_test%22%2C%22language_code%22%3A%22ru%22%7D&hash=a7f0595ae4e60cdf5b3293848aa31648ab35d297f44dc85a65d48029c63e4e6e";
    private static readonly byte[] Key = SignedFields.MiniAppKey(BotToken);

    [Fact]
    public void The_key_is_that_of_the_reference() =>
        Convert
            .ToHexStringLower(Key)
            .ShouldBe("8a746a1ac372138b1ce0f0052b78cfd4ac199e597a26433e0bd37a1c724c1e22");

    [Fact]
    public void The_vector_is_Ivan()
    {
        var data = InitData.Read(Vector, Key).ShouldNotBeNull();
        data.User.ShouldBe(new TelegramUser(777000111, "Иван", "ivan_test", "ru"));
        data.StartParam.ShouldBe("ref-42");
    }

    [Theory]
    [InlineData("2026-01-01T00:05:00Z", true)]
    [InlineData("2026-01-01T01:00:00Z", true)]
    [InlineData("2026-01-01T01:00:01Z", false)]
    [InlineData("2025-12-31T23:59:00Z", true)]
    [InlineData("2025-12-31T23:58:59Z", false)]
    [InlineData("2025-12-31T23:50:00Z", false)]
    public void It_is_fresh_for_an_hour(string now, bool isFresh) =>
        (
            InitData
                .Read(Vector, Key)!
                .Signed.Staleness(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture))
            is null
        ).ShouldBe(isFresh);

    [Fact]
    public void The_order_and_the_case_of_the_hash_do_not_matter()
    {
        InitData.Read(string.Join('&', Vector.Split('&').Reverse()), Key).ShouldNotBeNull();
        var at = Vector.LastIndexOf('=') + 1;
        InitData.Read(Vector[..at] + Vector[at..].ToUpperInvariant(), Key).ShouldNotBeNull();
    }

    public static TheoryData<string> Broken { get; } =
        new(
            Vector.Replace("ref-42", "ref-43", StringComparison.Ordinal),
            Vector + "&user=%7B%22id%22%3A1%7D",
            Vector + "&hash=" + new string('0', 64),
            Vector[..^1],
            Vector[..^1] + "g",
            Vector[..^1] + "й",
            Vector + "0",
            Vector[..Vector.LastIndexOf('&')],
            Vector.Replace("auth_date=1767225600&", "", StringComparison.Ordinal),
            Vector.Replace("=1767225600", "=99999999999999999999", StringComparison.Ordinal),
            Vector + "&",
            "&" + Vector,
            "?" + Vector,
            Vector + "&extra=1",
            Vector + new string(' ', InitData.Longest),
            "",
            "hash",
            "=&=",
            new string('&', 8000),
            "\ud800=\udfff&hash=" + new string('a', 64)
        );

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_is_changed_is_refused_without_an_exception(string raw) =>
        InitData.Read(raw, Key).ShouldBeNull();

    [Fact]
    public void Another_bots_key_does_not_fit() =>
        InitData.Read(Vector, SignedFields.MiniAppKey(BotToken + "x")).ShouldBeNull();

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"id\":0}")]
    [InlineData("{\"id\":-5}")]
    [InlineData("{\"id\":1.5}")]
    [InlineData("{\"id\":\"7\"}")]
    [InlineData("{\"id\":99999999999999999999}")]
    [InlineData("{\"id\":7")]
    public void A_user_without_an_id_is_nobody(string json) =>
        TelegramUser.Parse(json).ShouldBeNull();

    [Fact]
    public void A_name_of_half_a_letter_is_no_name() =>
        TelegramUser
            .Parse("{\"id\":4503599627370495,\"first_name\":\"\\ud800\",\"username\":5}")
            .ShouldBe(new TelegramUser(4503599627370495, "", null, null));

    [Fact]
    public void The_widgets_vector_is_Ivan_too()
    {
        Dictionary<string, string> fields = new()
        {
            ["id"] = "777000111",
            ["first_name"] = "Иван",
            ["username"] = "ivan_test",
            ["auth_date"] = "1767225600",
            ["hash"] = "020fba05ddca55190b16992a09f17df32370f9def76443775e809ec8c11ef17b",
        };
        SignedFields.Read(fields, SignedFields.WidgetKey(BotToken)).ShouldNotBeNull();
        SignedFields.Read(fields, Key).ShouldBeNull();
        fields["id"] = "777000112";
        SignedFields.Read(fields, SignedFields.WidgetKey(BotToken)).ShouldBeNull();
    }

    [Fact]
    public void Two_fields_do_not_pass_for_one()
    {
        InitData.Read(Vector, Key).ShouldNotBeNull();
        foreach (var joined in new[] { "%0A", "\n" })
        {
            var folded = Vector.Replace(
                "&start_param",
                joined + "start_param",
                StringComparison.Ordinal
            );
            folded.ShouldNotBe(Vector);
            InitData.Read(folded, Key).ShouldBeNull();
        }
    }

    /// <summary>NETROOM_FUZZ=1000000 for the long run.</summary>
    [Fact]
    public void Whatever_is_accepted_says_what_was_signed()
    {
        var rounds = int.TryParse(
            Environment.GetEnvironmentVariable("NETROOM_FUZZ"),
            CultureInfo.InvariantCulture,
            out var asked
        )
            ? asked
            : 100_000;
        var random = new Random(5310);
        var original = InitData.Read(Vector, Key)!;
        var accepted = 0;
        for (var round = 0; round < rounds; round++)
        {
            var raw = new StringBuilder(Vector);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                Change(raw, random);
            if (InitData.Read(raw.ToString(), Key) is not { } data)
                continue;
            accepted++;
            data.User.ShouldBe(original.User);
            data.Signed.Values.ShouldBe(original.Signed.Values, raw.ToString());
        }

        // Only other spellings of the same: an order, a case of hexadecimal digits, a letter that was replaced by itself.
        accepted.ShouldBeLessThan(rounds / 4);
    }

    private static void Change(StringBuilder raw, Random random)
    {
        const string letters = "&=%+abcdefABCDEF0123456789{}\":,\0\n\r ЯИ\ud83d\ude00";
        var at = random.Next(raw.Length);
        switch (random.Next(7))
        {
            case 0:
                raw[at] = letters[random.Next(letters.Length)];
                break;
            case 1:
                raw.Remove(at, Math.Min(random.Next(1, 8), raw.Length - at));
                break;
            case 2:
                raw.Insert(at, letters[random.Next(letters.Length)]);
                break;
            case 3:
                raw[at] = char.IsUpper(raw[at])
                    ? char.ToLowerInvariant(raw[at])
                    : char.ToUpperInvariant(raw[at]);
                break;
            case 4:
                var parts = raw.ToString().Split('&');
                random.Shuffle(parts);
                raw.Clear().AppendJoin('&', parts);
                break;
            case 5:
                var fields = raw.ToString().Split('&');
                raw.Append('&').Append(fields[random.Next(fields.Length)]);
                break;
            default:
                raw[at] = (char)random.Next(char.MaxValue);
                break;
        }

        if (raw.Length == 0)
            raw.Append('x');
    }
}
