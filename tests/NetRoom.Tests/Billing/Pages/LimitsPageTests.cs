using System.Net;
using NetRoom.Billing;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Pages;

[Collection(PostgresCollection.Name)]
public sealed class LimitsPageTests(LedgerDatabase ledger)
    : IClassFixture<LedgerDatabase>,
        IAsyncLifetime
{
    private const string Limits = "/balance/limits";
    private readonly Purse purse = Purse.New(ledger.Database);
    private BillingSite site = null!;

    public async Task InitializeAsync() => site = await BillingSite.StartAsync(ledger.Database);

    public async Task DisposeAsync() => await site.DisposeAsync();

    private async Task<(HttpStatusCode Status, string Body)> SaveAsync(
        string field,
        string value
    ) =>
        (
            await site.SendAsync(
                purse.Account,
                Limits,
                "form.panel",
                new Dictionary<string, string> { [field] = value }
            )
        ).Single();

    [Theory]
    [InlineData("message", "10", "billing.limit_message")]
    [InlineData("day", "10,50", "billing.limit_day")]
    [InlineData("month", "1 0.5", "billing.limit_month")]
    public async Task A_limit_is_kept_by_the_next_hold(string field, string typed, string code)
    {
        await purse.GrantAsync(LotClass.Real, R(500));
        (await SaveAsync(field, typed)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await purse.TryHoldAsync(purse.Request(R(11)))).Problem!.Code.ShouldBe(code);
        (await purse.TryHoldAsync(purse.Request(R(10)))).Problem.ShouldBeNull();
        (await SaveAsync(field, "")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await purse.TryHoldAsync(purse.Request(R(11)))).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_spent_and_held_stands_beside_the_limit()
    {
        await purse.GrantAsync(LotClass.Real, R(500));
        await purse.CaptureAsync(await purse.HoldAsync(R(7)), R(7));
        await purse.HoldAsync(R(3));
        await SaveAsync("day", "50");
        var page = await site.PageAsync(purse.Account, Limits);
        page.QuerySelector("#f-day")!.GetAttribute("value").ShouldBe("50.00");
        page.QuerySelector("#f-day-hint")!
            .Read()
            .ShouldBe("Spent today: 7.00 ₽, held: 3.00 ₽. Left: 40.00 ₽.");
        page.QuerySelector("#f-month-hint")!
            .Read()
            .ShouldBe("Spent this month: 7.00 ₽, held: 3.00 ₽.");
    }

    [Theory]
    [InlineData("day", "-5", "f-day-error")]
    [InlineData("day", "1.234", "f-day-error")]
    [InlineData("month", "много", "f-month-error")]
    [InlineData("message", "99999999999", "f-message-error")]
    [InlineData("otherZone", "Mars/Olympus", "f-otherZone-error")]
    [InlineData("otherZone", "'; DROP", "f-otherZone-error")]
    public async Task What_cannot_be_meant_is_refused_beside_its_field_and_kept(
        string field,
        string typed,
        string error
    )
    {
        var (status, body) = await SaveAsync(field, typed);
        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        body.ShouldContain($"id=\"{error}\"");
        WebUtility.HtmlDecode(body).ShouldContain($"value=\"{typed}\"");
    }

    [Fact]
    public async Task A_zone_is_chosen_or_typed_and_stays()
    {
        (await SaveAsync("zone", "Asia/Vladivostok")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await site.PageAsync(purse.Account, Limits))
            .QuerySelector("option[selected]")!
            .TextContent.ShouldBe("Vladivostok, UTC+10");
        (await SaveAsync("otherZone", "Asia/Tokyo")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await site.PageAsync(purse.Account, Limits))
            .QuerySelector("option[selected]")!
            .TextContent.ShouldBe("Asia/Tokyo, UTC+9");
        await purse.AuditAsync();
    }
}
