namespace NetRoom.Billing.Core;

/// <summary>
/// Stable codes of what a refund was found to be: the keys of sentences in both languages and the values of
/// billing.refund.clause. A code is never given a new meaning.
/// </summary>
public static class RefundClause
{
    // Whoever asks, whatever for.
    public const string AccountDeleted = "refund.account_deleted";
    public const string AccountExists = "refund.account_exists";
    public const string AccountSanctioned = "refund.account_sanctioned";
    public const string AccountInOrder = "refund.account_in_order";
    public const string NoPurchase = "refund.no_purchase";
    public const string PurchaseFound = "refund.purchase_found";
    public const string FiguresWrong = "refund.figures_wrong";
    public const string FiguresAgree = "refund.figures_agree";

    // A top-up.
    public const string NotMoney = "refund.not_money";
    public const string IsMoney = "refund.is_money";
    public const string NotRefundable = "refund.not_refundable";
    public const string Refundable = "refund.refundable";
    public const string PaymentReturned = "refund.payment_returned";
    public const string PaymentStands = "refund.payment_stands";
    public const string DebtCoversRest = "refund.debt_covers_rest";
    public const string DebtLeavesRest = "refund.debt_leaves_rest";
    public const string TopUpSpent = "refund.top_up_spent";
    public const string TopUpUnspent = "refund.top_up_unspent";

    // A charge.
    public const string ChargeReturned = "refund.charge_returned";
    public const string ChargeStands = "refund.charge_stands";
    public const string RunPaidTwice = "refund.run_paid_twice";
    public const string RunPaidOnce = "refund.run_paid_once";
    public const string BoughtTwice = "refund.bought_twice";
    public const string BoughtOnce = "refund.bought_once";
    public const string RunFailed = "refund.run_failed";
    public const string RunDelivered = "refund.run_delivered";
    public const string Mistaken = "refund.mistaken";
    public const string NotMistaken = "refund.not_mistaken";
    public const string Taste = "refund.taste";
    public const string NotTaste = "refund.not_taste";
    public const string ChangedMind = "refund.changed_mind";
    public const string NotChangedMind = "refund.not_changed_mind";
    public const string ChargeRight = "refund.charge_right";

    // An outage.
    public const string OutageUnproven = "refund.outage_unproven";
    public const string OutageProven = "refund.outage_proven";
    public const string OutageShort = "refund.outage_short";
    public const string OutageLong = "refund.outage_long";
    public const string OutageLate = "refund.outage_late";
    public const string OutageInTime = "refund.outage_in_time";
    public const string OutageSettled = "refund.outage_settled";
    public const string OutageOpen = "refund.outage_open";
    public const string OutageNoShare = "refund.outage_no_share";
    public const string OutageShare = "refund.outage_share";

    // A pack.
    public const string PackReturned = "refund.pack_returned";
    public const string PackStands = "refund.pack_stands";
    public const string PackExpired = "refund.pack_expired";
    public const string PackInDate = "refund.pack_in_date";
    public const string PackInUse = "refund.pack_in_use";
    public const string PackIdle = "refund.pack_idle";
    public const string PackUsedUp = "refund.pack_used_up";
    public const string PackUnused = "refund.pack_unused";

    // An unlimited plan.
    public const string PlanReturned = "refund.plan_returned";
    public const string PlanStands = "refund.plan_stands";
    public const string PlanLate = "refund.plan_late";
    public const string PlanInTime = "refund.plan_in_time";
    public const string PlanInUse = "refund.plan_in_use";
    public const string PlanIdle = "refund.plan_idle";
    public const string PlanUsedUp = "refund.plan_used_up";
    public const string PlanUnused = "refund.plan_unused";
}
