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

/// <summary>A new account begins with a bonus, once, however often the news arrives.</summary>
internal sealed class GrantStarterBonus(
    IWallet wallet,
    IOptions<StarterBonusOptions> options,
    TimeProvider clock
) : IEventHandler<AccountCreated>
{
    public const string Source = "starter";

    public async Task HandleAsync(AccountCreated news, CancellationToken cancel)
    {
        var bonus = options.Value;
        if (bonus.Roubles == 0)
            return;
        await wallet.GrantAsync(
            new Grant(
                news.AccountId,
                LotClass.Bonus,
                Money.Roubles(bonus.Roubles),
                Source,
                news.AccountId.ToString(),
                clock.GetUtcNow().AddDays(bonus.Days)
            ),
            cancel
        );
    }
}
