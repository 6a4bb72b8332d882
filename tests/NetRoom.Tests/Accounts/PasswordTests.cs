using Microsoft.Extensions.Options;
using NetRoom.Accounts;
using NetRoom.Accounts.Passwords;

namespace NetRoom.Tests.Accounts;

public sealed class PasswordTests
{
    private const string Staple = "correct horse battery staple";

    [Theory]
    [InlineData(
        "AQAAAAEACSfAAAAAEAABAgMEBQYHCAkKCwwNDg/vF3FE7slCDLwQk9Kos0SpK8UG0NTsnAKN0Z+DJNjB5g=="
    )]
    [InlineData(
        "AQAAAAIAAzRQAAAAEAABAgMEBQYHCAkKCwwNDg+18/p0WcwUubzh6sUUL+FYPNvp8CMA8ICzRG8kuK7nFg=="
    )]
    [InlineData(
        "AQAAAAIAA1tgAAAAEAABAgMEBQYHCAkKCwwNDg+U3hGHPFLWKmaYJXy9dExlTlV2L3NvmD+EwbWc2wNHiw=="
    )]
    [InlineData(
        "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg+HNphercic/uMU10oVOJcFooxzoeSLoVHx/CnyVEI1LA=="
    )]
    public void Hashes_of_the_Identity_layout_are_verified(string hash)
    {
        PasswordHash.Verify(Staple, hash).ShouldBeTrue();
        PasswordHash.Verify(Staple + " ", hash).ShouldBeFalse();
    }

    [Fact]
    public void A_new_hash_is_of_SHA256_and_the_configured_rounds_and_has_its_own_salt()
    {
        var hash = PasswordHash.Create(Staple, 1_000);
        Convert
            .ToBase64String(Convert.FromBase64String(hash)[..13])
            .ShouldBe("AQAAAAEAAAPoAAAAEA==");
        PasswordHash.Verify(Staple, hash).ShouldBeTrue();
        PasswordHash.Create(Staple, 1_000).ShouldNotBe(hash);
        PasswordHash.IsCurrent(hash, 1_000).ShouldBeTrue();
        PasswordHash.IsCurrent(hash, 1_001).ShouldBeFalse();
    }

    [Fact]
    public void The_default_is_six_hundred_thousand_rounds() =>
        new AccountsOptions().PasswordIterations.ShouldBe(600_000);

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAA")]
    [InlineData("AQAAAAEACSfAAAAAEA==")]
    [InlineData(
        "AQAAAAMACSfAAAAAEAABAgMEBQYHCAkKCwwNDg/vF3FE7slCDLwQk9Kos0SpK8UG0NTsnAKN0Z+DJNjB5g=="
    )]
    [InlineData(
        "AQAAAAEAmJaBAAAAEAABAgMEBQYHCAkKCwwNDg/vF3FE7slCDLwQk9Kos0SpK8UG0NTsnAKN0Z+DJNjB5g=="
    )]
    [InlineData(
        "AQAAAAEACSfA/////wABAgMEBQYHCAkKCwwNDg/vF3FE7slCDLwQk9Kos0SpK8UG0NTsnAKN0Z+DJNjB5g=="
    )]
    public void A_damaged_or_dear_hash_is_refused_without_being_computed(string hash) =>
        PasswordHash.Verify(Staple, hash).ShouldBeFalse();

    [Theory]
    [InlineData("nine char", "accounts.password_short")]
    [InlineData("", "accounts.password_short")]
    [InlineData(null, "accounts.password_short")]
    [InlineData("1234567890", "accounts.password_common")]
    [InlineData("password123", "accounts.password_common")]
    [InlineData("PassWord123", "accounts.password_common")]
    [InlineData("qwertyuiop", "accounts.password_common")]
    [InlineData("йцукенгшщз", "accounts.password_common")]
    [InlineData("zzzzzzzzzzzzz", "accounts.password_common")]
    [InlineData("abzabzabzabzabz", "accounts.password_common")]
    [InlineData("mnopqrstuvw", "accounts.password_common")]
    [InlineData("netroom12345", "accounts.password_common")]
    [InlineData("alice.smith@example.com", "accounts.password_common")]
    [InlineData("alice.smith2026", "accounts.password_common")]
    [InlineData("all lower case and long", null)]
    [InlineData("ten chars!", null)]
    [InlineData("  spaces count  ", null)]
    [InlineData("пароль из нескольких слов", null)]
    public void A_password_needs_length_and_must_not_be_what_everyone_tries(
        string? password,
        string? code
    )
    {
        EmailAddress.TryParse("Alice.Smith@Example.com", out var email).ShouldBeTrue();
        PasswordRules.Check(password, email)?.Code.ShouldBe(code);
        (PasswordRules.Check(password, email) is null).ShouldBe(code is null);
    }

    [Fact]
    public void Ones_own_name_is_no_password()
    {
        EmailAddress.TryParse("a@example.com", out var email).ShouldBeTrue();
        PasswordRules
            .Check("Wilhelmina2026", email, "Wilhelmina Ж")!
            .Code.ShouldBe("accounts.password_common");
        PasswordRules.Check("Wilhelmina2026", email, "Anna").ShouldBeNull();
    }

    [Theory]
    [InlineData(256, null)]
    [InlineData(257, "accounts.password_long")]
    [InlineData(100_000, "accounts.password_long")]
    public void Code_points_are_counted_up_to_256(int length, string? code)
    {
        // Each letter is two UTF-16 units; no short unit repeats.
        var password = string.Concat(
            Enumerable
                .Range(0, length)
                .Select(at => char.ConvertFromUtf32(0x1F600 + (at * at % 23)))
        );
        PasswordRules.Check(password, null)?.Code.ShouldBe(code);
        (PasswordRules.Check(password, null) is null).ShouldBe(code is null);
    }

    [Fact]
    public async Task A_password_is_taken_as_typed_but_for_the_keyboards_spelling()
    {
        var hasher = Hasher();
        var hashed = await hasher.HashAsync("caf\u00e9 au lait \u2460", CancellationToken.None);
        hashed.Succeeded(out var hash, out _).ShouldBeTrue();
        (await IsRightAsync(hasher, "cafe\u0301 au lait 1", hash)).ShouldBeTrue();
        (await IsRightAsync(hasher, "cafe au lait 1", hash)).ShouldBeFalse();
        (await IsRightAsync(hasher, "caf\u00e9 au lait 1 ", hash)).ShouldBeFalse();
        (await IsRightAsync(hasher, "anything at all", null)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_flood_of_hashes_is_told_to_come_back()
    {
        var hasher = Hasher(iterations: 200_000, queue: 4);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => hasher.HashAsync(Staple, CancellationToken.None))
        );
        answers.Count(answer => answer.Problem is null).ShouldBeInRange(4, 19);
        answers
            .Where(answer => answer.Problem is not null)
            .ShouldAllBe(answer => answer.Problem!.Code == "accounts.busy");
        (await hasher.HashAsync(Staple, CancellationToken.None)).Problem.ShouldBeNull();
    }

    [Theory]
    [InlineData(" Alice@Example.COM ", "Alice@example.com", "alice@example.com")]
    [InlineData("иван@почта.рф", "иван@почта.рф", "иван@почта.рф")]
    [InlineData("cafe\u0301@example.com", "caf\u00e9@example.com", "caf\u00e9@example.com")]
    public void Addresses_are_compared_without_regard_to_case_and_spelling(
        string typed,
        string display,
        string key
    )
    {
        EmailAddress.TryParse(typed, out var email).ShouldBeTrue();
        email.ShouldBe(new EmailAddress(display, key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("alice@localhost")]
    [InlineData("@example.com")]
    [InlineData("a b@example.com")]
    [InlineData("a@b@example.com")]
    [InlineData("a@example..com")]
    [InlineData("a@-example.com")]
    [InlineData("a\n@example.com")]
    [InlineData("<a@example.com>")]
    public void What_is_no_address_is_refused(string? typed) =>
        EmailAddress.TryParse(typed, out _).ShouldBeFalse();

    private static PasswordHasher Hasher(int iterations = 1_000, int queue = 64) =>
        new(
            Options.Create(
                new AccountsOptions { PasswordIterations = iterations, HashQueue = queue }
            )
        );

    private static async Task<bool> IsRightAsync(
        PasswordHasher hasher,
        string password,
        string? hash
    ) =>
        (await hasher.VerifyAsync(password, hash, CancellationToken.None)).Succeeded(
            out var isRight,
            out _
        ) && isRight;
}
