using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;

namespace NetRoom.Tests.Accounts;

public sealed class AccessTokenTests
{
    private const string GoodHeader = """{"alg":"HS256","kid":"k1","typ":"at+jwt"}""";
    private readonly TestClock clock = new();
    private readonly SigningKey key = new("k1", RandomNumberGenerator.GetBytes(32));
    private readonly Holder holder = new(
        Ids.New(),
        Ids.New(),
        "Иван.\"O'Neil\"@example.com",
        "ru",
        true,
        "person",
        SecondFactor: true
    );

    private AccessTokenCodec Codec => new(clock);

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public void A_token_says_what_it_was_told()
    {
        var token = Read(Codec.Write(holder, key));
        token.ShouldNotBeNull().Holder.ShouldBe(holder);
        token.ExpiresAt.ShouldBe(clock.GetUtcNow().AddMinutes(10));
    }

    [Fact]
    public void The_longest_address_fits_a_cookie() =>
        Codec
            .Write(holder with { Label = new string('ж', 242) + "@example.com" }, key)
            .Length.ShouldBeLessThan(AccessTokenCodec.LongestToken);

    [Fact]
    public void A_token_made_by_hand_as_ours_are_is_read() =>
        Read(Make(GoodHeader, Payload())).ShouldNotBeNull();

    [Theory]
    [InlineData("""{"alg":"none","kid":"k1","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"HS512","kid":"k1","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"RS256","kid":"k1","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"HS256","kid":"k1","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256","kid":"k1"}""")]
    [InlineData("""{"alg":"HS256","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"HS256","kid":"k2","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"HS256","kid":"","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"HS256","kid":"k1","typ":"at+jwt","jku":"https://evil.example"}""")]
    [InlineData("""{"alg":"HS256","alg":"none","kid":"k1","typ":"at+jwt"}""")]
    [InlineData("""{ "alg":"HS256","kid":"k1","typ":"at+jwt"}""")]
    [InlineData("""{"kid":"k1","alg":"HS256","typ":"at+jwt"}""")]
    [InlineData("")]
    public void Any_other_header_is_refused_though_the_signature_is_right(string header) =>
        Read(Make(header, Payload())).ShouldBeNull();

    [Fact]
    public void Any_other_payload_is_refused_though_the_signature_is_right()
    {
        string[] bad =
        [
            Payload(iss: "other"),
            Payload(aud: "netroom-api"),
            Payload(iat: Now - 601, exp: Now - 1),
            Payload(iat: Now - 600, exp: Now),
            Payload(iat: Now + 31, exp: Now + 631),
            Payload(exp: Now + 100_000),
            Payload(iat: long.MaxValue, exp: long.MinValue),
            Payload()
                .Replace(
                    "\"role\":\"person\"",
                    "\"role\":\"person\",\"role\":\"owner\"",
                    StringComparison.Ordinal
                ),
            Payload()
                .Replace(
                    "\"role\":\"person\"",
                    "\"role\":\"person\",\"more\":1",
                    StringComparison.Ordinal
                ),
            Payload().Replace(",\"role\":\"person\"", "", StringComparison.Ordinal),
            Payload().Replace("\"adult\":true", "\"adult\":\"true\"", StringComparison.Ordinal),
            "null",
            "[]",
            "",
            "{",
        ];
        foreach (var payload in bad)
            Read(Make(GoodHeader, payload)).ShouldBeNull(payload);
    }

    [Fact]
    public void A_token_dies_after_ten_minutes()
    {
        var token = Codec.Write(holder, key);
        clock.Pass(TimeSpan.FromSeconds(599));
        Read(token).ShouldNotBeNull();
        clock.Pass(TimeSpan.FromSeconds(1));
        Read(token).ShouldBeNull();
    }

    [Fact]
    public void A_key_that_is_not_ours_opens_nothing()
    {
        var token = Codec.Write(holder, key with { Secret = RandomNumberGenerator.GetBytes(32) });
        Read(token).ShouldBeNull();
        Codec.Read(Codec.Write(holder, key), _ => null).ShouldBeNull();
    }

    [Fact]
    public void Another_spelling_of_the_same_token_is_refused()
    {
        var token = Codec.Write(holder, key);
        string[] spellings =
        [
            token + ".",
            token + "." + token,
            "." + token,
            token + "=",
            " " + token,
            token.Replace(".", " .", StringComparison.Ordinal),
            token[..^1] + (token[^1] == 'A' ? 'B' : (char)(token[^1] + 1)),
            token + new string('A', AccessTokenCodec.LongestToken),
            "..",
            "",
        ];
        foreach (var spelling in spellings)
            Read(spelling).ShouldBeNull(spelling);
    }

    [Fact]
    public void A_token_changed_in_any_place_is_no_token()
    {
        var token = Codec.Write(holder, key);
        var mutants =
            from at in Gen.Choose(0, token.Length - 1)
            from letter in Gen.Elements<char>(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \u0416".ToCharArray()
            )
            from kind in Gen.Choose(0, 2)
            select kind switch
            {
                0 => token[..at] + letter + token[(at + 1)..],
                1 => token[..at] + token[(at + 1)..],
                _ => token[..at] + letter + token[at..],
            };
        Prop.ForAll(mutants.ToArbitrary(), mutant => mutant == token || Read(mutant) is null)
            .QuickCheckThrowOnFailure();
    }

    private AccessToken? Read(string token) => Codec.Read(token, id => id == key.Id ? key : null);

    private string Payload(
        string iss = "netroom",
        string aud = "netroom-web",
        long? iat = null,
        long? exp = null
    ) =>
        $$"""{"iss":"{{iss}}","aud":"{{aud}}","sub":"{{holder.AccountId}}","sid":"{{holder.SessionId}}","jti":"{{Ids.New()}}","iat":{{iat ?? Now}},"exp":{{exp ?? Now + 600}},"name":"a@example.com","language":"en","adult":true,"role":"person","mfa":false}""";

    private string Make(string header, string payload)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        var signature = HMACSHA256.HashData(key.Secret, Encoding.UTF8.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string text) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
