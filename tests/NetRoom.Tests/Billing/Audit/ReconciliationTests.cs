using NetRoom.Billing;
using NetRoom.Billing.Reconciliation;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Billing.Audit;

[Collection(PostgresCollection.Name)]
public sealed class ReconciliationTests(Postgres postgres) : IAsyncLifetime
{
    private AuditDatabase ledger = null!;

    public async Task InitializeAsync() => ledger = await AuditDatabase.CreateAsync(postgres);

    public async Task DisposeAsync() => await ledger.DisposeAsync();

    [Fact]
    public async Task A_right_ledger_has_no_differences_and_an_unchanged_wallet_is_not_looked_at_again()
    {
        var (purse, _) = await ledger.BusyWalletAsync();
        await ledger.RunAsync("UPDATE billing.entitlement SET last_day = '2020-01-01'");

        var first = await RunAsync(full: false);
        (first.Wallets, first.Transfers, first.Differences).ShouldBe((1, 6, 0));
        (await RunAsync(full: false)).Wallets.ShouldBe(0);
        (await RunAsync(full: true)).ShouldSatisfyAllConditions(
            run => run.Wallets.ShouldBe(1),
            run => run.Differences.ShouldBe(0)
        );
        await purse.HoldAsync(Purse.R(1));
        (await RunAsync(full: false)).Wallets.ShouldBe(1);
    }

    [Theory]
    [InlineData(3, "UPDATE billing.wallet SET avail = avail + 1 WHERE id = @w")]
    [InlineData(3, "UPDATE billing.wallet SET held = held + 1 WHERE id = @w")]
    [InlineData(
        4,
        "UPDATE billing.hold SET amount = amount + 1 WHERE wallet_id = @w AND state = 0 AND kind = 1"
    )]
    [InlineData(5, "UPDATE billing.wallet SET debt_real = 1 WHERE id = @w")]
    [InlineData(5, "UPDATE billing.wallet SET debt_bonus = 1 WHERE id = @w")]
    [InlineData(
        5,
        "UPDATE billing.lot SET avail = avail + 1, granted = granted + 1 WHERE wallet_id = @w AND class = 3"
    )]
    [InlineData(
        5,
        "UPDATE billing.lot SET avail = avail - 1, voided = 1 WHERE wallet_id = @w AND class = 3"
    )]
    [InlineData(
        6,
        "UPDATE billing.hold SET captured = captured - 1 WHERE wallet_id = @w AND state = 1 AND asset = 'RUB'"
    )]
    [InlineData(
        6,
        "UPDATE billing.hold SET amount = amount + 1 WHERE wallet_id = @w AND state = 0 AND kind = 1"
    )]
    [InlineData(6, "DELETE FROM billing.hold WHERE wallet_id = @w AND state = 1 AND asset = 'RUB'")]
    [InlineData(7, "UPDATE billing.payment SET amount = amount + 10000 WHERE wallet_id = @w")]
    [InlineData(7, "UPDATE billing.refund SET state = 1")]
    [InlineData(
        10,
        "ALTER TABLE billing.hold DROP CONSTRAINT hold_is_right; UPDATE billing.hold SET returned_real = captured + 1 WHERE wallet_id = @w AND state = 1"
    )]
    [InlineData(
        10,
        "ALTER TABLE billing.hold DROP CONSTRAINT hold_is_right; UPDATE billing.hold SET captured = amount + 1 WHERE wallet_id = @w AND state = 1 AND asset = 'RUB'"
    )]
    [InlineData(
        14,
        "UPDATE billing.quota_bucket AS b SET used = b.used + 1 FROM billing.entitlement AS e WHERE e.id = b.entitlement_id AND e.wallet_id = @w AND b.kind = 'D'"
    )]
    [InlineData(
        14,
        "UPDATE billing.quota_bucket AS b SET held = b.held + 1 FROM billing.entitlement AS e WHERE e.id = b.entitlement_id AND e.wallet_id = @w AND b.kind = 'P'"
    )]
    [InlineData(14, "UPDATE billing.entitlement SET inflight = 1 WHERE wallet_id = @w")]
    [InlineData(
        15,
        "UPDATE billing.hold SET state = 2, resolved_at = now(), sweep_at = NULL WHERE wallet_id = @w AND state = 0 AND kind = 1"
    )]
    [InlineData(
        16,
        "UPDATE billing.lot SET source_kind = 'payment' WHERE wallet_id = @w AND class = 1"
    )]
    [InlineData(
        16,
        "UPDATE billing.lot SET source_kind = 'gift' WHERE wallet_id = @w AND class = 3"
    )]
    [InlineData(16, "UPDATE billing.payment SET amount = amount + 10000 WHERE wallet_id = @w")]
    [InlineData(
        16,
        "ALTER TABLE billing.lot DROP CONSTRAINT lot_is_right; UPDATE billing.lot SET class = 2 WHERE wallet_id = @w AND class = 3"
    )]
    [InlineData(25, "UPDATE billing.payment SET refunded = 0 WHERE wallet_id = @w")]
    [InlineData(25, "UPDATE billing.payment SET charged_back = 10000 WHERE wallet_id = @w")]
    [InlineData(
        36,
        "DELETE FROM billing.posting AS p USING billing.transfer AS t WHERE t.id = p.transfer_id AND t.wallet_id = @w AND t.number = 2"
    )]
    [InlineData(
        36,
        "UPDATE billing.transfer SET amount = amount + 1 WHERE wallet_id = @w AND number = 1"
    )]
    [InlineData(36, "DELETE FROM billing.transfer WHERE wallet_id = @w AND number = 3")]
    [InlineData(36, "DELETE FROM billing.transfer WHERE wallet_id = @w AND number = 6")]
    [InlineData(
        37,
        "UPDATE billing.transfer SET hash = '' WHERE wallet_id = @w; UPDATE billing.wallet SET chain = sha256('') WHERE id = @w"
    )]
    [InlineData(36, "UPDATE billing.transfer SET number = 99 WHERE wallet_id = @w AND number = 6")]
    [InlineData(
        36,
        "UPDATE billing.posting SET lot_id = uuidv7() WHERE transfer_id = (SELECT id FROM billing.transfer WHERE wallet_id = @w AND number = 1)"
    )]
    [InlineData(
        37,
        "UPDATE billing.transfer SET reason = 'other' WHERE wallet_id = @w AND number = 2"
    )]
    [InlineData(
        37,
        "UPDATE billing.transfer SET hash = sha256('') WHERE wallet_id = @w AND number = 2"
    )]
    [InlineData(37, "UPDATE billing.transfer SET hash = '' WHERE wallet_id = @w AND number = 1")]
    [InlineData(37, "UPDATE billing.wallet SET chain = sha256('') WHERE id = @w")]
    [InlineData(
        37,
        "UPDATE billing.transfer SET hash = '', txid = 0 WHERE wallet_id = @w AND number = 6; UPDATE billing.wallet SET chain = sha256('') WHERE id = @w"
    )]
    [InlineData(
        37,
        "UPDATE billing.posting SET cr = 302 WHERE cr = 200 AND transfer_id IN (SELECT id FROM billing.transfer WHERE wallet_id = @w)"
    )]
    [InlineData(
        38,
        "UPDATE billing.transfer SET at = at - interval '1 day' WHERE wallet_id = @w AND number = 4"
    )]
    [InlineData(38, "UPDATE billing.wallet SET last_at = last_at + interval '1 day' WHERE id = @w")]
    public async Task Each_invariant_finds_what_breaks_it_and_freezes_that_wallet_alone(
        int invariant,
        string sql
    )
    {
        var (_, neighbour) = await ledger.BusyWalletAsync();
        await ledger.RunAsync("UPDATE billing.refund SET clause = 'neighbour'");
        var (_, wallet) = await ledger.BusyWalletAsync();
        await ledger.TamperAsync(
            sql.Replace("@w", $"'{wallet}'", StringComparison.Ordinal)
                .Replace(
                    "refund SET state = 1",
                    "refund SET state = 1 WHERE clause = 'test'",
                    StringComparison.Ordinal
                )
        );

        (await RunAsync(full: false)).Differences.ShouldBeGreaterThan(0);

        (
            await ledger.ScalarAsync<int[]>(
                $"SELECT array_agg(DISTINCT invariant::int) FROM billing.recon_diff WHERE wallet_id = '{wallet}'"
            )
        ).ShouldContain(invariant);
        (await StatusAsync(wallet)).ShouldBe("1 difference");
        (await StatusAsync(neighbour)).ShouldBe("0 ");
        (await TopicsAsync()).ShouldBe(await DifferencesAsync());
        (await RunAsync(full: false)).Differences.ShouldBe(0, "it is open already");
    }

    [Theory]
    [InlineData("INSERT INTO billing.posting VALUES (uuidv7(), 1, 1, 2, NULL, 5, 'RUB')")]
    [InlineData("UPDATE billing.transfer SET wallet_id = uuidv7() WHERE number = 1")]
    [InlineData("UPDATE billing.hold SET wallet_id = uuidv7() WHERE kind = 2")]
    public async Task Rows_of_no_wallet_are_found_by_the_full_run(string sql)
    {
        await ledger.BusyWalletAsync();
        sql = sql.Replace(
            "posting VALUES (uuidv7(), 1, 1, 2, NULL, 5, 'RUB')",
            "posting (transfer_id, seq, dr, cr, amount) VALUES (uuidv7(), 1, 1, 2, 5)",
            StringComparison.Ordinal
        );
        await ledger.TamperAsync(sql);
        await RunAsync(full: true);
        (
            await ledger.ScalarAsync<long>(
                "SELECT count(*) FROM billing.recon_diff WHERE wallet_id IS NULL"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task A_payment_whose_lot_is_anothers_is_found()
    {
        var (_, other) = await ledger.BusyWalletAsync();
        var (_, wallet) = await ledger.BusyWalletAsync();
        await ledger.TamperAsync(
            $"UPDATE billing.lot SET wallet_id = '{other}' WHERE wallet_id = '{wallet}' AND class = 3"
        );
        await RunAsync(full: true);
        (await FiguresAsync(wallet, 16)).ShouldBe(["100000000 "]);
        (await FiguresAsync(wallet, 36)).ShouldContain("0 100000000");
    }

    [Fact]
    public async Task The_first_gap_in_the_numbers_is_told()
    {
        var (_, wallet) = await ledger.BusyWalletAsync();
        await ledger.TamperAsync(
            $"UPDATE billing.transfer SET number = number + 10 WHERE wallet_id = '{wallet}' AND number >= 5"
        );
        await RunAsync(full: true);
        (await FiguresAsync(wallet, 36)).ShouldBe(["5 15"]);
    }

    [Fact]
    public async Task Transfers_of_before_the_chain_are_no_difference()
    {
        await ledger.BusyWalletAsync();
        await ledger.TamperAsync(
            "UPDATE billing.transfer SET hash = '', txid = 0; UPDATE billing.wallet SET chain = sha256('')"
        );
        (await RunAsync(full: true)).Differences.ShouldBe(0);
    }

    [Fact]
    public async Task A_difference_says_what_was_expected_and_what_was_found()
    {
        var (_, wallet) = await ledger.BusyWalletAsync();
        await ledger.TamperAsync(
            $"UPDATE billing.hold SET state = 2, resolved_at = now(), sweep_at = NULL WHERE wallet_id = '{wallet}' AND state = 0 AND kind = 1"
        );
        await RunAsync(full: true);
        (await FiguresAsync(wallet, 15)).ShouldBe(["1 0"]);
    }

    [Fact]
    public async Task Two_reconciliations_at_once_write_a_difference_once()
    {
        var (_, wallet) = await ledger.BusyWalletAsync();
        await ledger.TamperAsync($"UPDATE billing.wallet SET debt_real = 1 WHERE id = '{wallet}'");
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ => ledger.Get<Reconcile>().RunAsync(full: true, default))
        );
        (await DifferencesAsync()).ShouldBe(1);
        (await TopicsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Batches_go_through_all_wallets()
    {
        for (var made = 0; made < 5; made++)
            await ledger.TopUpAsync(Ids.New(), 1);
        var run = await ledger.Get<Reconcile>().RunAsync(full: false, default, batch: 2);
        run.ShouldNotBeNull().Wallets.ShouldBe(5);
        (await RunAsync(full: false)).Wallets.ShouldBe(0);
    }

    [Fact]
    public async Task A_closed_difference_leaves_the_wallet_frozen_and_is_found_again_if_it_is_still_there()
    {
        var (_, wallet) = await ledger.BusyWalletAsync();
        await ledger.TamperAsync($"UPDATE billing.wallet SET debt_real = 1 WHERE id = '{wallet}'");
        await RunAsync(full: false);
        var (id, actor) = (
            await ledger.ScalarAsync<long>("SELECT id FROM billing.recon_diff"),
            Ids.New()
        );
        var differences = ledger.Get<IDifferences>();
        (await differences.CloseDifferenceAsync(id, actor, default)).ShouldBeTrue();
        (await differences.CloseDifferenceAsync(id, actor, default)).ShouldBeFalse();
        (await StatusAsync(wallet)).ShouldBe("1 difference");
        await ledger.TamperAsync(
            $"UPDATE billing.wallet SET status = 0, status_reason = NULL WHERE id = '{wallet}'"
        );
        (await RunAsync(full: false)).Differences.ShouldBe(1);
        (await StatusAsync(wallet)).ShouldBe("1 difference");
    }

    [Theory]
    [InlineData("Grant", 0)]
    [InlineData("Expire", 1)]
    public async Task At_night_new_hashes_are_made_again_and_on_Sunday_all(string kind, int atNight)
    {
        var (purse, _) = await ledger.BusyWalletAsync();
        await RunAsync(full: false);
        await purse.GrantAsync(LotClass.Bonus, Purse.R(1), Purse.InAnHour);
        await purse.LapseAsync();
        await ledger.RunAsync("SELECT billing.expire(10)");
        await ledger.TamperAsync(
            $"UPDATE billing.transfer SET actor = wallet_id WHERE kind = '{kind}' AND number = (SELECT min(number) FROM billing.transfer WHERE kind = '{kind}')"
        );
        (await RunAsync(full: false)).Differences.ShouldBe(atNight);
        (await RunAsync(full: true)).Differences.ShouldBe(1 - atNight);
    }

    private async Task<ReconciliationRun> RunAsync(bool full) =>
        (await ledger.Get<Reconcile>().RunAsync(full, default)).ShouldNotBeNull();

    private Task<string> StatusAsync(Guid wallet) =>
        ledger.ScalarAsync<string>(
            $"SELECT concat(status, ' ', status_reason) FROM billing.wallet WHERE id = '{wallet}'"
        );

    private Task<long> DifferencesAsync() =>
        ledger.ScalarAsync<long>("SELECT count(*) FROM billing.recon_diff");

    private Task<string[]> FiguresAsync(Guid wallet, int invariant) =>
        ledger.ScalarAsync<string[]>(
            $"SELECT array_agg(concat(expected, ' ', found)) FROM billing.recon_diff WHERE wallet_id = '{wallet}' AND invariant = {invariant}"
        );

    private Task<long> TopicsAsync() =>
        ledger.ScalarAsync<long>(
            "SELECT count(*) FROM kernel.outbox WHERE topic LIKE '%LedgerDifference'"
        );
}
