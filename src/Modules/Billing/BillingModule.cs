using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetRoom.Accounts;
using NetRoom.Billing.Bonuses;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel;

namespace NetRoom.Billing;

public static class BillingModule
{
    public static IHostApplicationBuilder AddBilling(this IHostApplicationBuilder builder)
    {
        builder.Services.AddBillingData();
        builder.Services.Configure<StarterBonusOptions>(
            builder.Configuration.GetSection("Billing:StarterBonus")
        );
        return builder;
    }

    /// <summary>The part that needs no web: schema, wallet, starter bonus. Tests and benches start here.</summary>
    public static IServiceCollection AddBillingData(this IServiceCollection services)
    {
        services.AddModule<BillingModel>("billing");
        services.AddScoped<IWallet, Wallet>();
        services.AddEventHandler<AccountCreated, GrantStarterBonus>();
        services
            .AddOptions<StarterBonusOptions>()
            .Validate(options => options.AreValid, "Billing:StarterBonus is out of range.")
            .ValidateOnStart();
        return services;
    }
}
