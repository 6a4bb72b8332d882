using System.Net;
using Microsoft.AspNetCore.Routing;
using NetRoom.Kernel;
using NetRoom.Tests.Billing.Operator;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.People;

/// <summary>Every endpoint of those who run the service, asked by every role.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RolesTests(OperatorSite site) : IClassFixture<OperatorSite>
{
    private const string Nothing = "There is nothing at this address, or it is not yours.";
    private static readonly string[] Owners = ["owner"];
    private static readonly string[] Money = ["owner", "finance"];
    private static readonly string[] Readers = ["owner", "finance", "support"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["GET /operator/people"] = Owners,
        ["POST /operator/people/find"] = Owners,
        ["GET /operator/people/{id:guid}"] = Owners,
        ["POST /operator/people/{id:guid}/role"] = Owners,
        ["POST /operator/people/{id:guid}/block"] = Owners,
        ["GET /operator/acts"] = Owners,
        ["GET /operator/abuse"] = Owners,
        ["GET /operator/abuse/{id:guid}"] = Owners,
        ["POST /operator/abuse/{id:guid}"] = Owners,
        ["GET /operator/ledger"] = Readers,
        ["POST /operator/ledger/find"] = Readers,
        ["GET /operator/ledger/wallets/{id:guid}"] = Readers,
        ["GET /operator/ledger/wallets/{id:guid}/explain"] = Readers,
        ["GET /operator/ledger/adjustments/{id:guid}"] = Readers,
        ["GET /operator/ledger/reconciliation"] = Readers,
        ["GET /operator/ledger/wallets/{id:guid}/adjust"] = Money,
        ["POST /operator/ledger/wallets/{id:guid}/adjust"] = Money,
        ["POST /operator/ledger/adjustments/{id:guid}"] = Money,
        ["GET /operator/ledger/wallets/{id:guid}/status"] = Money,
        ["POST /operator/ledger/wallets/{id:guid}/status"] = Money,
        ["GET /operator/ledger/wallets/{id:guid}/write-off"] = Money,
        ["POST /operator/ledger/wallets/{id:guid}/write-off"] = Money,
        ["GET /operator/ledger/lots/{lotId:guid}/void"] = Money,
        ["POST /operator/ledger/lots/{lotId:guid}/void"] = Money,
        ["GET /operator/ledger/holds/{holdId:guid}/return"] = Money,
        ["POST /operator/ledger/holds/{holdId:guid}/return"] = Money,
        ["POST /operator/ledger/reconciliation"] = Money,
        ["POST /operator/ledger/differences/{number:long}/close"] = Money,
    };

    [Fact]
    public void The_table_has_every_endpoint_and_no_other() =>
        site
            .Endpoints.Where(endpoint =>
                endpoint.RoutePattern.RawText!.StartsWith("/operator", StringComparison.Ordinal)
            )
            .SelectMany(endpoint =>
                endpoint
                    .Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}")
            )
            .Order(StringComparer.Ordinal)
            .ShouldBe(Allowed.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("owner")]
    [InlineData("finance")]
    [InlineData("support")]
    [InlineData("moderator")]
    [InlineData("analyst")]
    [InlineData("person")]
    public async Task A_role_opens_what_is_its_own_and_nothing_else(string role)
    {
        var somebody = await site.PersonAsync(role);
        var wrong = new List<string>();
        foreach (var (endpoint, roles) in Allowed)
        {
            var (method, pattern) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);
            var path = Address(pattern);
            // Without its token an act that is allowed goes no further than that.
            var answer =
                method == "GET"
                    ? await somebody.Browser.GetAsync(path)
                    : await somebody.Browser.PostAsync(path, null);
            var isClosed =
                answer.Status == HttpStatusCode.NotFound
                && answer.Body.Contains(Nothing, StringComparison.Ordinal);
            if (isClosed == roles.Contains(role))
                wrong.Add($"{role}: {endpoint} {(int)answer.Status}");
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Support_sees_no_button_that_it_may_not_press()
    {
        var (_, wallet) = await site.WalletAsync(10);
        var support = await site.PersonAsync("support");
        var page = await support.PageAsync($"/operator/ledger/wallets/{wallet}");
        page.QuerySelector("a[href$='/adjust'], a[href$='/status'], a[href$='/void']")
            .ShouldBeNull();
        (await support.PageAsync("/operator/ledger/reconciliation"))
            .QuerySelector("main form[method=post]")
            .ShouldBeNull();
        page.QuerySelector("a[href='/operator/ledger']").ShouldNotBeNull();
        page.QuerySelector("a[href='/operator/people']").ShouldBeNull();
        var finance = await site.PersonAsync("finance");
        (await finance.PageAsync($"/operator/ledger/wallets/{wallet}"))
            .QuerySelector("a[href$='/adjust']")
            .ShouldNotBeNull();
    }

    private static string Address(string pattern) =>
        pattern
            .Replace("{id:guid}", $"{Ids.New()}", StringComparison.Ordinal)
            .Replace("{lotId:guid}", $"{Ids.New()}", StringComparison.Ordinal)
            .Replace("{holdId:guid}", $"{Ids.New()}", StringComparison.Ordinal)
            .Replace("{number:long}", "1", StringComparison.Ordinal);
}
