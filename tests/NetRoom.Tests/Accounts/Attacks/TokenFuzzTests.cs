namespace NetRoom.Tests.Accounts.Attacks;

public sealed class TokenFuzzTests
{
    [Fact]
    public void Of_a_hundred_thousand_mutants_none_is_a_token_and_none_throws() =>
        TokenFuzz.Accepted(100_000, seed: 20261121).ShouldBeEmpty();
}
