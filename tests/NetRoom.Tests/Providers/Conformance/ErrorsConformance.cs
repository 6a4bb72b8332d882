using System.Reflection;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers.Conformance;

/// <summary>How every text adapter takes a request that is turned down.</summary>
public sealed class ErrorsConformance : IAsyncLifetime
{
    private ProviderBench bench = null!;

    public static TheoryData<string> Protocols => Script.All;

    public async Task InitializeAsync() => bench = await ProviderBench.StartAsync();

    public Task DisposeAsync() => bench.DisposeAsync().AsTask();

    private async Task<ProviderException> RefusedAsync(string provider) =>
        (await bench.AskAsync(provider)).Error.ShouldBeOfType<ProviderException>();

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(12)]
    public async Task An_error_in_a_body_of_status_200_is_found(string provider)
    {
        bench.Server.NextStatus(
            200,
            """{"type":"error","error":{"type":"insufficient_quota","code":"insufficient_quota","message":"no money"}}"""
        );

        (await RefusedAsync(provider)).Kind.ShouldBe(ProviderErrorKind.Quota);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(13)]
    public async Task A_body_that_is_no_JSON_is_kept_as_detail(string provider)
    {
        foreach (
            var body in new[] { "<html>why</html>", "", "why", "{\"why\":", new string('w', 9000) }
        )
        {
            bench.Server.NextStatus(400, body, "text/html");
            var refused = await RefusedAsync(provider);
            refused.Kind.ShouldBe(ProviderErrorKind.BadRequest);
            (refused.Detail ?? "").ShouldBe(body[..Math.Min(body.Length, 2048)]);
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(14)]
    public async Task An_error_is_read_in_any_shape(string provider)
    {
        string[] shapes =
        [
            """{"error":{"message":"why","type":"t","param":null,"code":null}}""",
            """{"type":"error","error":{"type":"t","message":"why"},"request_id":"r"}""",
            """{"code":"invalid-argument","error":"why"}""",
            """{"detail":"why"}""",
            """{"detail":[{"loc":["body"],"msg":"why","type":"t","input":"no"}]}""",
            """{"object":"error","message":"why","type":"t"}""",
            """[{"error":{"code":400,"message":"why","status":"INVALID_ARGUMENT"}}]""",
            "\"why\"",
        ];
        foreach (var shape in shapes)
        {
            bench.Server.NextStatus(400, shape, "application/octet-stream");
            var refused = await RefusedAsync(provider);
            (refused.Kind, refused.Detail).ShouldBe((ProviderErrorKind.BadRequest, "why"));
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(28)]
    public async Task A_rate_limit_says_how_long_and_a_spent_account_is_none(string provider)
    {
        bench.Server.NextStatus(429, "{}", headers: ("retry-after", "900"));
        (await RefusedAsync(provider)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(60));
        bench.Server.NextStatus(429, "{}", headers: ("retry-after-ms", "6500"));
        (await RefusedAsync(provider)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(6.5));
        bench.Server.NextStatus(
            429,
            """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"12.5s"}]}}"""
        );
        (await RefusedAsync(provider)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(12.5));
        var before = bench.Server.Requests.Count;
        bench.Server.NextStatus(429, """{"error":{"code":"insufficient_quota"}}""");
        (await RefusedAsync(provider)).Kind.ShouldBe(ProviderErrorKind.Quota);
        bench.Server.Requests.Count.ShouldBe(before + 1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(29)]
    public async Task Passing_trouble_is_tried_again(string provider)
    {
        foreach (
            var (status, body) in new[]
            {
                (529, """{"type":"error","error":{"type":"overloaded_error"}}"""),
                (
                    503,
                    """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"""
                ),
                (502, "<html>Bad gateway</html>"),
            }
        )
        {
            bench.Server.NextStatus(status, body);
            bench.Server.NextStream(Script.Of(provider).Saying("Hi"));
            (await bench.AskAsync(provider)).Text.ShouldBe("Hi");
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    [SurvivalRow(30)]
    public async Task A_redirect_is_not_followed_and_takes_no_key_with_it(string provider)
    {
        bench.Server.NextStatus(302, "", headers: ("location", "/elsewhere"));

        (await RefusedAsync(provider)).Kind.ShouldBe(ProviderErrorKind.NotFound);

        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Neither_key_nor_content_is_in_an_error(string provider)
    {
        bench.Server.NextStatus(
            400,
            $$$"""{"error":{"message":"Key {{{ProviderBench.Key}}} said '{{{Heard.Prompt}}}' wrongly"}}"""
        );

        var refused = await RefusedAsync(provider);

        var all = refused + refused.Detail;
        all.ShouldContain("wrongly");
        all.ShouldNotContain(ProviderBench.Key);
        all.ShouldNotContain("fjords");
    }

    [Fact]
    public void Every_row_about_text_has_its_test()
    {
        // Rows 31 to 33 are about jobs and files.
        int[] rows = [.. Enumerable.Range(1, 30), 34, 35, 36];
        var covered = typeof(ErrorsConformance)
            .Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(ErrorsConformance).Namespace)
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<SurvivalRowAttribute>())
            .SelectMany(row => row.Rows)
            .ToHashSet();

        rows.Except(covered).ShouldBeEmpty();
    }
}
