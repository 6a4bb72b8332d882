using Microsoft.Extensions.DependencyInjection;
using NetRoom.Billing;
using NetRoom.Kernel;
using NetRoom.Tests.Support;
using Npgsql;
using static NetRoom.Tests.Billing.Purse;

namespace NetRoom.Tests.Billing;

/// <summary>The worked day of docs/ledger.md, figure for figure.</summary>
[Collection(PostgresCollection.Name)]
public sealed class WorkedDayTests(LedgerDatabase ledger) : IClassFixture<LedgerDatabase>
{
    private static readonly DateTimeOffset Today = TimeProvider.System.GetUtcNow();
    private readonly TestDatabase database = ledger.Database;

    [Fact]
    public async Task The_books_of_the_worked_day_come_to_what_the_page_says()
    {
        var anna = Purse.New(database);
        await anna.GrantAsync(LotClass.Bonus, R(50), InAnHour);
        var payment = Ids.New();
        await DoneAsync(it => it.TopUpAsync(Payment(anna, payment, 500), default));

        var question = await anna.HoldAsync(R(60));
        (await anna.CaptureAsync(question, R(42))).ShouldBe(R(42));

        var pack = await BuyPackAsync(anna);
        var tokens = await HoldTokensAsync(anna, 250);
        await anna.WithAsync(it => it.CaptureAsync(tokens, ChargeOf(250), default));
        var refunded = await database.InScopeAsync(services =>
            services
                .GetRequiredService<IEntitlements>()
                .RefundPackAsync(anna.Account, pack, null, default)
        );
        refunded.Succeeded(out var back, out var problem).ShouldBeTrue(problem?.Code);
        back.ShouldBe(R(150));

        var refund = Ids.New();
        await DoneAsync(it =>
            it.StartRefundAsync(new RefundOrder(refund, payment, R(300), "test"), default)
        );
        await DoneAsync(it => it.FinishRefundAsync(refund, paid: true, default));
        await DoneAsync(it =>
            it.ChargeBackAsync(
                new ChargebackCase(Ids.New(), "test", $"{payment}", payment, R(500)),
                null,
                default
            )
        );
        (await anna.BalanceAsync()).ShouldBe(
            new Balance(R(0), R(0), R(6), R(0), R(0), Debt: R(348))
        );
        await DoneAsync(it => it.TopUpAsync(Payment(anna, Ids.New(), 400), default));

        (await anna.BalanceAsync()).ShouldBe(
            new Balance(R(58), R(52), R(6), R(0), R(0), Debt: R(0))
        );
        (await BooksAsync(anna)).ShouldBe(
            new Dictionary<short, Money>
            {
                [1] = R(58),
                [100] = -R(900),
                [110] = R(300),
                [200] = R(92),
                [300] = -R(50),
                [330] = R(500),
            }
        );
        await anna.AuditAsync();
        (
            await database.ScalarAsync<long>(
                $"SELECT count(*) FROM billing.audit('{Guid.Empty}', '{Guid.AllBitsSet}', true) WHERE invariant > 0"
            )
        ).ShouldBe(0);
    }

    private static TopUp Payment(Purse anna, Guid id, long roubles) =>
        new(id, anna.Account, "test", $"{id}", R(roubles), Refundable: true, Today);

    private static Charge ChargeOf(long tokens) =>
        Purse.ChargeOf(R(1)) with
        {
            Lines = [new ChargeLine(NetRoom.Catalog.UnitKind.Output, null, tokens, 200_000_000)],
        };

    private async Task<Guid> BuyPackAsync(Purse anna)
    {
        var id = $"day-{anna.Account:N}";
        return await database.InScopeAsync(async services =>
        {
            var entitlements = services.GetRequiredService<IEntitlements>();
            await entitlements.PublishAsync(
                new Product(
                    id,
                    0,
                    ProductKind.Pack,
                    "A thousand",
                    "Тысяча",
                    ["@Text"],
                    R(200),
                    Tokens: 1_000,
                    Days: 30,
                    PeriodLimit: null,
                    DayLimit: null,
                    RefundDays: 0,
                    TokenPrice: Money.Zero,
                    OnSale: true
                ),
                default
            );
            var bought = await entitlements.BuyAsync(anna.Account, Ids.New(), id, false, default);
            bought.Succeeded(out var pack, out var problem).ShouldBeTrue(problem?.Code);
            return pack;
        });
    }

    private async Task<Guid> HoldTokensAsync(Purse anna, long tokens)
    {
        var request = anna.Request(R(1));
        var outcome = await anna.TryHoldAsync(
            request with
            {
                Quote = request.Quote with
                {
                    Funding = new Funding(
                        FundingKind.Pack,
                        $"day-{anna.Account:N}",
                        Tokens: tokens
                    ),
                },
            }
        );
        outcome.Succeeded(out var hold, out var problem).ShouldBeTrue(problem?.Code);
        return hold;
    }

    private Task DoneAsync(Func<ILedger, Task<Outcome<bool>>> act) =>
        database.InScopeAsync(async services =>
        {
            var outcome = await act(services.GetRequiredService<ILedger>());
            outcome.Succeeded(out var isNew, out var problem).ShouldBeTrue(problem?.Code);
            isNew.ShouldBeTrue();
        });

    /// <summary>Balances in roubles by account, those that are not zero; credit is positive.</summary>
    private async Task<Dictionary<short, Money>> BooksAsync(Purse anna)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT side.account, sum(side.amount)::bigint
              FROM billing.wallet AS w
              JOIN billing.transfer AS t ON t.wallet_id = w.id
              JOIN billing.posting AS p ON p.transfer_id = t.id AND p.asset = 'RUB'
             CROSS JOIN LATERAL (VALUES (p.dr, -p.amount), (p.cr, p.amount)) AS side(account, amount)
             WHERE w.account_id = $1
             GROUP BY side.account HAVING sum(side.amount) <> 0
            """,
            connection
        )
        {
            Parameters = { new() { Value = anna.Account } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var books = new Dictionary<short, Money>();
        while (await reader.ReadAsync())
            books[reader.GetInt16(0)] = new Money(reader.GetInt64(1));
        return books;
    }
}
