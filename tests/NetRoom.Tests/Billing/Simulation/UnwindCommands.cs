namespace NetRoom.Tests.Billing.Simulation;

internal sealed record VoidCommand(Guid Id, Guid Lot) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) => wallet.Void(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync("SELECT outcome FROM billing.void($1, $2, 'test', NULL)", Lot, Id);
}

internal sealed record ChargeBackCommand(Guid Id, string Case, Guid Payment, long Amount) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.ChargeBack(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.charge_back($1, 'sim', $2, $3, $4, NULL)",
            Id,
            Case,
            Payment,
            Amount
        );
}

internal sealed record ReverseCommand(string Case) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.Reverse(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync("SELECT outcome FROM billing.reverse_chargeback('sim', $1, NULL)", Case);
}

internal sealed record ReturnCommand(Guid Id, Guid Hold, long Real, long Bonus) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.Return(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.return_charge($1, $2, $3, $4, 'test', NULL)",
            Id,
            Hold,
            Real,
            Bonus
        );
}

internal sealed record StartRefundCommand(Guid Id, Guid Hold, Guid Payment, long Amount) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.StartRefund(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.start_refund($1, $2, $3, $4, 'test', NULL, billing.clock() + interval '1 day')",
            Id,
            Hold,
            Payment,
            Amount
        );
}

internal sealed record FinishRefundCommand(Guid Id, bool IsPaid) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.FinishRefund(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync("SELECT outcome FROM billing.finish_refund($1, $2)", Id, IsPaid);
}

internal sealed record ReturnRefundCommand(Guid Id) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.ReturnRefund(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync("SELECT outcome FROM billing.return_refund($1)", Id);
}

internal sealed record TakeCommand(Guid Id, int Class, long Amount) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) => wallet.Take(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.take($2, (SELECT id FROM billing.wallet WHERE account_id = $1), $3::smallint, $4, 'test', NULL)",
            account,
            Id,
            Class,
            Amount
        );
}

internal sealed record WriteOffCommand(Guid Id, long Real, long Bonus) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.WriteOff(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.write_off($2, (SELECT id FROM billing.wallet WHERE account_id = $1), $3, $4, 'test', NULL)",
            account,
            Id,
            Real,
            Bonus
        );
}

internal sealed record LateSuccessCommand(Guid Hold, long Amount) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.LateSuccess(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync("SELECT outcome FROM billing.late_success($1, $2)", Hold, Amount);
}
