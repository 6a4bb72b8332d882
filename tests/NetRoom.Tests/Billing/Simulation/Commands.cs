namespace NetRoom.Tests.Billing.Simulation;

/// <summary>What a client asks of the ledger. It can be asked again, word for word.</summary>
internal abstract record Command
{
    /// <summary>What the ledger must answer; the model has done it afterwards.</summary>
    public abstract string Expect(ModelWallet wallet, DateTimeOffset now);

    public abstract Task<string> AskAsync(ISimulatedLedger ledger, Guid account);
}

internal sealed record GrantCommand(
    Guid Lot,
    int Class,
    long Amount,
    int From,
    string SourceKind,
    string SourceId,
    DateTimeOffset? Expires = null,
    Guid? Parent = null,
    string Asset = "RUB"
) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.Grant(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.grant($1, $2, $3::smallint, $4, $5, $6::smallint, $7, $8, $9::timestamptz, (SELECT lot_id FROM billing.payment WHERE id = $10), NULL, NULL)",
            account,
            Lot,
            Class,
            Asset,
            Amount,
            From,
            SourceKind,
            SourceId,
            Expires,
            Parent
        );
}

internal sealed record TopUpCommand(
    Guid Payment,
    string Psp,
    string PspPayment,
    long Amount,
    bool Refundable = true
) : Command
{
    public string Key => $"{Psp}:{PspPayment}";

    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.TopUp(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.top_up($1, $2, $3, $4, $5, $6, billing.clock())",
            account,
            Payment,
            Psp,
            PspPayment,
            Amount,
            Refundable
        );
}

internal sealed record HoldCommand(
    Guid Id,
    Guid Job,
    long Amount,
    string Asset = "RUB",
    int Kind = 1,
    int Credit = 200
) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) => wallet.Hold(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.HoldAsync(account, this);
}

/// <param name="Uncapped">Null for a release.</param>
internal sealed record ResolveCommand(Guid Hold, long Taken, long Tokens, long? Uncapped) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.Resolve(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.ResolveAsync(this);
}

internal sealed record HoldUnitCommand(Guid Id, Guid Job, Guid Entitlement, bool IsFree) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.HoldUnit(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.hold_unit($1, $2, $3, $4, 'Text', 'sandbox-mini', NULL, 1000000, $5::jsonb, billing.clock() + interval '1 hour')",
            Id,
            account,
            Job,
            Entitlement,
            IsFree ? """{"funding":{"productId":"free"}}""" : "{}"
        );
}

/// <summary>Hold, capture and delivery in one transaction.</summary>
internal sealed record BuyCommand(Guid Hold, Guid Job, Guid Id, SimProduct Product) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) => wallet.Buy(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.BuyAsync(account, this);
}

internal sealed record RefundPackCommand(Guid Id, Guid Lot, long Tokens, long Real, long Bonus)
    : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.RefundPack(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.refund_pack($1, $2, $3, $4, $5, NULL)",
            Id,
            Lot,
            Tokens,
            Real,
            Bonus
        );
}

internal sealed record BeginPlanRefundCommand(Guid Entitlement) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.BeginPlanRefund(this);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync("SELECT outcome FROM billing.begin_plan_refund($1)", Entitlement);
}

internal sealed record EndCommand(Guid Id, Guid Entitlement, int Status, long Real, long Bonus)
    : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now) =>
        wallet.EndEntitlement(this, now);

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "SELECT outcome FROM billing.end_entitlement($1, $2, $3::smallint, $4, $5, 'plan', NULL)",
            Id,
            Entitlement,
            Status,
            Real,
            Bonus
        );
}

/// <summary>What a person or an operator sets on the wallet's row.</summary>
internal sealed record SettingsCommand(
    int Status,
    string Zone,
    long? Message,
    long? Day,
    long? Month
) : Command
{
    public override string Expect(ModelWallet wallet, DateTimeOffset now)
    {
        (wallet.Status, wallet.Zone) = (Status, Zone);
        (wallet.LimitMessage, wallet.LimitDay, wallet.LimitMonth) = (Message, Day, Month);
        return "set";
    }

    public override Task<string> AskAsync(ISimulatedLedger ledger, Guid account) =>
        ledger.CallAsync(
            "UPDATE billing.wallet SET status = $2, tz = $3, limit_message = $4::bigint, limit_day = $5::bigint, limit_month = $6::bigint WHERE account_id = $1 RETURNING 'set'",
            account,
            Status,
            Zone,
            Message,
            Day,
            Month
        );
}
