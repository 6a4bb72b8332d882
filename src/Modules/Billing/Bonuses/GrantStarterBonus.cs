using Microsoft.Extensions.Options;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Events;

namespace NetRoom.Billing.Bonuses;

/// <summary>Billing:StarterBonus in the configuration.</summary>
internal sealed class StarterBonusOptions
{
    /// <summary>Whole roubles; 0 for no bonus.</summary>
    public long Roubles { get; set; } = 50;

    /// <summary>How long it may be spent.</summary>
    public int Days { get; set; } = 30;

    public bool AreValid => Roubles is >= 0 and <= 1_000_000 && Days is > 0 and <= 3650;
}

/// <summary>
/// A new account begins with a bonus, once, however often the news arrives; one that looks like a second account when an operator allows it.
/// </summary>
internal sealed class GrantStarterBonus(
    IWallet wallet,
    IOptions<StarterBonusOptions> options,
    TimeProvider clock
) : IEventHandler<AccountCreated>, IEventHandler<StarterBonusAllowed>
{
    public const string Source = "starter";

    public Task HandleAsync(AccountCreated news, CancellationToken cancel) =>
        news.WithholdBonus ? Task.CompletedTask : GrantAsync(news.AccountId, cancel);

    public Task HandleAsync(StarterBonusAllowed news, CancellationToken cancel) =>
        GrantAsync(news.AccountId, cancel);

    private async Task GrantAsync(Guid accountId, CancellationToken cancel)
    {
        var bonus = options.Value;
        if (bonus.Roubles == 0)
            return;
        await wallet.GrantAsync(
            new Grant(
                accountId,
                LotClass.Bonus,
                Money.Roubles(bonus.Roubles),
                Source,
                accountId.ToString(),
                clock.GetUtcNow().AddDays(bonus.Days)
            ),
            cancel
        );
    }
}
