using System.Net;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Operator;

[Collection(PostgresCollection.Name)]
public sealed class AdjustmentTests(OperatorSite site) : IClassFixture<OperatorSite>
{
    private static string Review(Guid wallet, string amount, int lotClass = 2) =>
        $"/operator/ledger/wallets/{wallet}/adjust?amount={Uri.EscapeDataString(amount)}&class={lotClass}&reason=goodwill&reference=T-1";

    private async Task<Guid> AskAsync(Operative owner, Guid wallet, string amount)
    {
        var asked = await owner.ActAsync(Review(wallet, amount));
        asked.Status.ShouldBe(HttpStatusCode.Redirect, asked.Body);
        asked.Location!.ShouldStartWith("/operator/ledger/adjustments/");
        return Guid.Parse(asked.Location!["/operator/ledger/adjustments/".Length..]);
    }

    private static async Task<Answer> DecideAsync(
        Operative owner,
        Guid id,
        string decision,
        string? token = null
    ) =>
        await owner.Browser.PostAsync(
            $"/operator/ledger/adjustments/{id}",
            token ?? (await owner.Browser.GetAsync("/operator/ledger")).Token,
            ("decision", decision)
        );

    [Fact]
    public async Task A_small_adjustment_is_made_at_once_and_once()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(100);
        var page = await owner.PageAsync(Review(wallet, "12,345678"));
        Operative.Text(page.QuerySelector("main")).ShouldContain("+12.345678 ₽");
        (await owner.SendAsync(page)).Location.ShouldBe($"/operator/ledger/wallets/{wallet}");
        var again = await Task.WhenAll(owner.SendAsync(page), owner.SendAsync(page));
        again.ShouldAllBe(answer => answer.Status == HttpStatusCode.Redirect);
        await purse.ShouldHaveAsync(new Money(112_345_678), Money.Zero);
        (await purse.BalanceAsync()).Compensation.ShouldBe(new Money(12_345_678));
        (
            await site.Database.ScalarAsync<bool>(
                $"SELECT actor = '{owner.Id}' AND reason = 'goodwill' FROM billing.transfer WHERE wallet_id = '{wallet}' AND number = 2"
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_negative_one_takes_and_what_is_not_there_cannot_be_taken()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(100);
        (await owner.ActAsync(Review(wallet, "-40", 3))).Status.ShouldBe(HttpStatusCode.Redirect);
        await purse.ShouldHaveAsync(R(60), Money.Zero);
        var refused = await owner.ActAsync(Review(wallet, "-60.000001", 3));
        refused.Status.ShouldBe(HttpStatusCode.PaymentRequired);
        refused.Body.ShouldContain("There is not so much money of this kind");
        await purse.ShouldHaveAsync(R(60), Money.Zero);
        (
            await site.Database.ScalarAsync<long>(
                $"SELECT count(*) FROM billing.adjustment WHERE wallet_id = '{wallet}'"
            )
        ).ShouldBe(1);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1.1234567")]
    [InlineData("1e3")]
    [InlineData("9999999999999")]
    [InlineData("abc")]
    public async Task What_is_no_amount_is_asked_for_again(string amount)
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (_, wallet) = await site.WalletAsync(1);
        var answer = await owner.Browser.GetAsync(Review(wallet, amount));
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Body.ShouldContain("not zero");
        answer.Body.ShouldContain($"value=\"{amount}\"");
    }

    [Fact]
    public async Task Above_the_threshold_another_owner_decides_and_the_one_who_asked_cannot()
    {
        var (asker, other) = (
            await site.PersonAsync(isOwner: true),
            await site.PersonAsync(isOwner: true)
        );
        var (purse, wallet) = await site.WalletAsync(100);
        var id = await AskAsync(asker, wallet, "1000.000001");
        await purse.ShouldHaveAsync(R(100), Money.Zero);

        var page = await asker.PageAsync($"/operator/ledger/adjustments/{id}");
        page.QuerySelector("main button").ShouldBeNull();
        Operative.Text(page.QuerySelector("main")).ShouldContain("another owner must decide");
        foreach (var decision in new[] { "agree", "refuse" })
        {
            var own = await DecideAsync(asker, id, decision);
            own.Status.ShouldBe(HttpStatusCode.Forbidden);
            own.Body.ShouldContain("another owner must");
        }

        await purse.ShouldHaveAsync(R(100), Money.Zero);
        Operative
            .Text((await other.PageAsync("/operator/ledger")).QuerySelector("main"))
            .ShouldContain(asker.Email);
        (
            await other.ActAsync($"/operator/ledger/adjustments/{id}", ("decision", "agree"))
        ).Status.ShouldBe(HttpStatusCode.Redirect);
        await purse.ShouldHaveAsync(new Money(1_100_000_001), Money.Zero);
        (await DecideAsync(other, id, "refuse")).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Two_owners_who_agree_at_once_book_it_once()
    {
        var asker = await site.PersonAsync(isOwner: true);
        var others = new List<(Operative Owner, string? Token)>();
        for (var n = 0; n < 3; n++)
        {
            var owner = await site.PersonAsync(isOwner: true);
            others.Add((owner, (await owner.Browser.GetAsync("/operator/ledger")).Token));
        }

        var (purse, wallet) = await site.WalletAsync(100);
        for (var round = 0; round < 5; round++)
        {
            var id = await AskAsync(asker, wallet, "2000");
            var answers = await Task.WhenAll(
                others
                    .Concat(others)
                    .Select(it =>
                        DecideAsync(
                            it.Owner with
                            {
                                Browser = it.Owner.Browser.Copy(),
                            },
                            id,
                            "agree",
                            it.Token
                        )
                    )
            );
            answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Redirect);
            await purse.ShouldHaveAsync(R(100 + 2000 * (round + 1)), Money.Zero);
        }
    }

    [Fact]
    public async Task Agreeing_and_refusing_at_once_is_one_of_both()
    {
        var asker = await site.PersonAsync(isOwner: true);
        var (a, b) = (await site.PersonAsync(isOwner: true), await site.PersonAsync(isOwner: true));
        var (purse, wallet) = await site.WalletAsync(1);
        var id = await AskAsync(asker, wallet, "5000");
        var answers = await Task.WhenAll(DecideAsync(a, id, "agree"), DecideAsync(b, id, "refuse"));
        answers
            .Select(answer => answer.Status)
            .ShouldBe([HttpStatusCode.Redirect, HttpStatusCode.Conflict], ignoreOrder: true);
        var agreed = answers[0].Status == HttpStatusCode.Redirect;
        await purse.ShouldHaveAsync(R(agreed ? 5001 : 1), Money.Zero);
    }

    [Fact]
    public async Task The_database_itself_refuses_one_person_alone()
    {
        var (_, wallet) = await site.WalletAsync(1);
        var alone = Ids.New();
        var broken = await Should.ThrowAsync<Npgsql.PostgresException>(
            site.Database.ScalarAsync<Guid>(
                $"""
                INSERT INTO billing.adjustment (id, wallet_id, class, amount, reason, asked_by, decided_by, state, needs_second)
                VALUES (uuidv7(), '{wallet}', 1, 1, 'test', '{alone}', '{alone}', 1, true) RETURNING id
                """
            )
        );
        broken.ConstraintName.ShouldBe("adjustment_has_two_people");
    }
}
