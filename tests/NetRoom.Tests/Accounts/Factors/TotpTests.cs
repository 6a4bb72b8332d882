using System.Text;
using NetRoom.Accounts.Factors;

namespace NetRoom.Tests.Accounts.Factors;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238, appendix B, SHA-1; of its eight digits the last six.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Totp.CodeAt(Secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds)))
            .ShouldBe(code);

    [Theory]
    [InlineData(-61, false)]
    [InlineData(-31, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(29, true)]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public void A_clock_may_be_wrong_by_one_step(int seconds, bool isTaken)
    {
        var step = DateTimeOffset.FromUnixTimeSeconds(1111111110);
        (Totp.Match(Secret, "050471", step.AddSeconds(seconds)) is not null).ShouldBe(isTaken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("05047")]
    [InlineData("0504711")]
    [InlineData("٠٥٠٤٧١")]
    public void What_is_no_code_is_no_match(string typed) =>
        Totp.Match(Secret, typed, DateTimeOffset.FromUnixTimeSeconds(1111111110)).ShouldBeNull();

    /// <summary>RFC 4648, section 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Keys_are_written_as_the_standard_says(string text, string written) =>
        Totp.Base32(Encoding.ASCII.GetBytes(text)).ShouldBe(written);

    [Fact]
    public void The_picture_names_the_service_and_the_account() =>
        Totp.Address("foobar"u8, "a b@x.test")
            .ShouldBe("otpauth://totp/NetRoom:a%20b%40x.test?secret=MZXW6YTBOI&issuer=NetRoom");
}
