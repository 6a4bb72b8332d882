using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts;
using NetRoom.Billing.Bonuses;
using NetRoom.Billing.Core;
using NetRoom.Billing.Entitlements;
using NetRoom.Billing.Ledger;
using NetRoom.Billing.Limits;
using NetRoom.Billing.Operator;
using NetRoom.Billing.Plans;
using NetRoom.Billing.Statements;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing;

public static class BillingModule
{
    public static IHostApplicationBuilder AddBilling(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddBillingData();
        services.AddBillingJobs();
        services.Configure<StarterBonusOptions>(
            builder.Configuration.GetSection("Billing:StarterBonus")
        );
        services.Configure<FundingOptions>(builder.Configuration.GetSection("Billing:Funding"));
        services.AddProblemTexts<BillingText>("billing");
        services.AddScoped<IFramePart, BalanceChip>();
        services.AddScoped<Statement>();
        services.AddScoped<Receipts>();
        services.AddScoped<BillingWords>();
        services.AddOperatorLedger();
        services.AddScoped<PlanWords>();
        services.AddScoped<RefundWords>();
        services.AddScoped<BoughtThings>();
        services.AddScoped<WaitingRenewals>();
        services.AddScoped<ShowPlans>();
        services.AddScoped<SpendingLimits>();
        services.AddSingleton(new LeavingLink(10, "/balance", Text("Balance and statement")));
        services.AddSingleton(
            new LeavingLink(20, "/balance/plans", Text("Plans and packs, and their return"))
        );
        return builder;
    }

    private static Func<IServiceProvider, string> Text(string key) =>
        services => services.GetRequiredService<IStringLocalizer<BillingText>>()[key];

    /// <summary>The part that needs no web: schema, wallet, starter bonus. Tests and benches start here.</summary>
    public static IServiceCollection AddBillingData(this IServiceCollection services)
    {
        services.AddModule<BillingModel>("billing");
        services.AddSingleton<LedgerWriter>();
        services.AddScoped<ILedger, RareMovements>();
        services.AddScoped<ProductShelf>();
        services.AddScoped<EntitlementBook>();
        services.AddScoped<Purchases>();
        services.AddScoped<IEntitlements, Entitlements.Entitlements>();
        services.AddScoped<IWallet, Wallet>();
        services.AddEventHandler<AccountCreated, GrantStarterBonus>();
        services.AddEventHandler<StarterBonusAllowed, GrantStarterBonus>();
        services
            .AddOptions<StarterBonusOptions>()
            .Validate(options => options.AreValid, "Billing:StarterBonus is out of range.")
            .ValidateOnStart();
        return services;
    }

    public static void MapBilling(this IEndpointRouteBuilder routes)
    {
        var balance = routes.MapGroup("/balance").RequireAuthorization(Policies.SignedIn);
        balance.MapGet("", ShowBalance.HandleAsync).OpenWithoutConsent();
        balance.MapGet("/statement.csv", ExportStatement.Handle).OpenWithoutConsent();
        balance
            .MapGet("/receipts/{transferId:guid}", ShowReceipt.OfTransferAsync)
            .OpenWithoutConsent();
        balance
            .MapGet("/receipts/by-job/{jobId:guid}", ShowReceipt.OfJobAsync)
            .OpenWithoutConsent();
        balance.MapGet("/plans", ShowPlans.HandleAsync).OpenWithoutConsent();
        balance.MapGet("/plans/refund", ReturnPlan.ShowAsync).OpenWithoutConsent();
        balance.MapGet("/limits", ShowLimits.HandleAsync);

        var forms = routes.MapGroup("").RequireAuthorization(Policies.SignedIn);
        forms.MapPost("/balance/plans/buy", BuyPlan.BuyAsync).RequireFormToken();
        forms.MapPost("/balance/plans/upgrade", BuyPlan.UpgradeAsync).RequireFormToken();
        forms.MapPost("/balance/plans/renewal", ChangeRenewal.HandleAsync).RequireFormToken();
        forms
            .MapPost("/balance/plans/refund", ReturnPlan.RunAsync)
            .RequireFormToken()
            .OpenWithoutConsent();
        forms.MapPost("/balance/limits", ShowLimits.SaveAsync).RequireFormToken();
        routes.MapOperatorLedger();
    }
}
