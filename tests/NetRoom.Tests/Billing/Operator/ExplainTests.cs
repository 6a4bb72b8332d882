#pragma warning disable RS0030 // A seeded Random, for a history that can be repeated.
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Billing.Operator;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing.Operator;

[Collection(PostgresCollection.Name)]
public sealed class ExplainTests(OperatorSite site) : IClassFixture<OperatorSite>
{
    private Task<Explanation?> ExplainAsync(Guid wallet, Guid? lot = null, long? at = null) =>
        site.InScopeAsync(services =>
            services.GetRequiredService<ExplainWallet>().ExplainAsync(wallet, lot, at, default)
        );

    private Task<Outcome<bool>> LedgerAsync(Func<ILedger, Task<Outcome<bool>>> act) =>
        site.InScopeAsync(services => act(services.GetRequiredService<ILedger>()));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task After_a_random_history_every_balance_is_what_its_postings_say(int seed)
    {
        var random = new Random(seed);
        var (purse, wallet) = await site.WalletAsync(50);
        var (payments, holds, captured) = (
            new List<Guid>(),
            new List<(Guid Id, Money Most)>(),
            new List<Guid>()
        );
        Money Some() => new(random.NextInt64(1, 20_000_000));
        for (var step = 0; step < 120; step++)
            switch (random.Next(9))
            {
                case 0:
                    await purse.GrantAsync((LotClass)random.Next(1, 3), Some(), InAnHour);
                    break;
                case 1:
                    var payment = Ids.New();
                    var amount = Money.Kopecks(random.Next(1, 3000));
                    await LedgerAsync(ledger =>
                        ledger.TopUpAsync(
                            new TopUp(
                                payment,
                                purse.Account,
                                "test",
                                payment.ToString(),
                                amount,
                                true,
                                TimeProvider.System.GetUtcNow()
                            ),
                            default
                        )
                    );
                    payments.Add(payment);
                    break;
                case 2 or 3 or 4:
                    var request = purse.Request(Some());
                    if ((await purse.TryHoldAsync(request)).Problem is null)
                        holds.Add((request.Id, request.Quote.Ceiling));
                    break;
                case 5 or 6 when holds.Count > 0:
                    var (hold, most) = holds[random.Next(holds.Count)];
                    holds.Remove((hold, most));
                    await purse.CaptureAsync(hold, new Money(random.NextInt64(0, most.Micro + 1)));
                    captured.Add(hold);
                    break;
                case 7:
                    var lot = await site.Database.ScalarAsync<Guid>(
                        $"SELECT id FROM billing.lot WHERE wallet_id = '{wallet}' ORDER BY md5(id::text || '{step}') LIMIT 1"
                    );
                    await LedgerAsync(ledger =>
                        ledger.VoidAsync(lot, Ids.New(), "test", null, default)
                    );
                    break;
                case 8 when payments.Count > 0 && random.Next(3) == 0:
                    await LedgerAsync(ledger =>
                        ledger.ChargeBackAsync(
                            new ChargebackCase(
                                Ids.New(),
                                "test",
                                $"{seed}-{step}-{wallet}",
                                payments[random.Next(payments.Count)],
                                Money.Kopecks(random.Next(1, 500))
                            ),
                            null,
                            default
                        )
                    );
                    break;
                case 8 when captured.Count > 0:
                    await LedgerAsync(ledger =>
                        ledger.ReturnChargeAsync(
                            new ChargeReturn(
                                Ids.New(),
                                captured[random.Next(captured.Count)],
                                Some(),
                                Money.Zero,
                                "test"
                            ),
                            default
                        )
                    );
                    break;
            }

        var explanation = (await ExplainAsync(wallet)).ShouldNotBeNull();
        explanation.IsEqual.ShouldBeTrue($"seed {seed}: {string.Join(", ", explanation.Compared)}");
        explanation.Count.ShouldBeGreaterThan(20);
        var lots = await site.Database.ScalarAsync<Guid[]>(
            $"SELECT array_agg(id) FROM billing.lot WHERE wallet_id = '{wallet}'"
        );
        foreach (var lot in lots)
        {
            var ofLot = (await ExplainAsync(wallet, lot)).ShouldNotBeNull();
            ofLot.Compared.Count.ShouldBe(10);
            ofLot.IsEqual.ShouldBeTrue(
                $"seed {seed}, lot {lot}: {string.Join(", ", ofLot.Compared)}"
            );
        }

        // At any earlier moment, the state is that after its transfer.
        var middle = explanation.Shown[explanation.Shown.Count / 2];
        var then = (await ExplainAsync(wallet, at: middle.Transfer.Number)).ShouldNotBeNull();
        then.Rebuilt.ShouldBe(middle.After);
        then.Compared.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_difference_is_said_on_the_page_and_on_the_command_line()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(7);
        var path = $"/operator/ledger/wallets/{wallet}/explain";
        (await owner.PageAsync(path)).QuerySelector("[data-equal=true]").ShouldNotBeNull();
        await purse.SqlAsync($"UPDATE billing.wallet SET avail = avail + 1 WHERE id = '{wallet}'");
        var page = await owner.PageAsync(path);
        page.QuerySelector("[data-equal=false]").ShouldNotBeNull();
        Operative.Text(page.QuerySelector("main")).ShouldContain("+0.000001 ₽");

        var writer = new StringWriter();
        var isEqual = await site.InScopeAsync(services =>
            services.GetRequiredService<ExplainWallet>().WriteAsync(wallet, writer, default)
        );
        isEqual.ShouldBeFalse();
        writer
            .ToString()
            .ShouldContain("Available: rebuilt 7.00, stored 7.000001, DIFFERENCE 0.000001");
        await purse.SqlAsync($"UPDATE billing.wallet SET avail = avail - 1 WHERE id = '{wallet}'");
        (
            await site.InScopeAsync(services =>
                services.GetRequiredService<ExplainWallet>().WriteAsync(wallet, writer, default)
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_long_history_is_shown_from_its_end_and_the_rest_is_a_link_away()
    {
        var owner = await site.PersonAsync(isOwner: true);
        var (purse, wallet) = await site.WalletAsync(1);
        for (var n = 0; n < 210; n++)
            await purse.GrantAsync(LotClass.Real, new Money(1));
        var page = await owner.PageAsync($"/operator/ledger/wallets/{wallet}/explain");
        page.QuerySelectorAll("tr[id^=n]").Length.ShouldBe(200);
        page.QuerySelector("[data-equal=true]").ShouldNotBeNull();
        var earlier = await owner.PageAsync(
            page.QuerySelector("a[rel=prev]")!.GetAttribute("href")!
        );
        earlier.QuerySelectorAll("tr[id^=n]").Length.ShouldBe(11);
    }
}
