using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

/// <summary>Billing:AdjustmentSecondPerson in the configuration.</summary>
internal sealed class AdjustmentOptions
{
    public const string Section = "Billing";

    /// <summary>Whole roubles. An adjustment above it waits for another owner; 0 makes all of them wait.</summary>
    [Range(0, 1_000_000_000)]
    public long AdjustmentSecondPerson { get; set; } = 1_000;
}

/// <summary>The ledger as those who run the service see it: support reads, finance and owners act. Nobody else sees that it is there.</summary>
internal static class OperatorLedger
{
    public const string Home = "/operator/ledger";

    public static void AddOperatorLedger(this IServiceCollection services)
    {
        services
            .AddOptions<AdjustmentOptions>()
            .BindConfiguration(AdjustmentOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddScoped<IFramePart, LedgerLink>();
        services.AddScoped<LedgerWords>();
        services.AddScoped<FindWallet>();
        services.AddScoped<LedgerGlance>();
        services.AddScoped<WalletBook>();
        services.AddScoped<ExplainWallet>();
        services.AddScoped<Adjustments>();
        services.AddScoped<AdjustWallet.Screen>();
        services.AddScoped<ActScreen>();
    }

    public static void MapOperatorLedger(this IEndpointRouteBuilder routes)
    {
        var reading = routes.MapGroup("").RequireAuthorization(Policies.LedgerReading);
        var acting = routes.MapGroup("").RequireAuthorization(Policies.Finance);
        reading.MapGet("/operator/ledger", ShowLedger.HandleAsync);
        reading.MapPost("/operator/ledger/find", ShowLedger.FindAsync);
        reading.MapGet("/operator/ledger/wallets/{id:guid}", ShowWallet.HandleAsync);
        reading.MapGet("/operator/ledger/wallets/{id:guid}/explain", ShowExplanation.HandleAsync);

        acting.MapGet("/operator/ledger/wallets/{id:guid}/adjust", AdjustWallet.AskAsync);
        acting.MapPost("/operator/ledger/wallets/{id:guid}/adjust", AdjustWallet.HandleAsync);
        reading.MapGet("/operator/ledger/adjustments/{id:guid}", DecideAdjustment.ShowAsync);
        acting.MapPost("/operator/ledger/adjustments/{id:guid}", DecideAdjustment.HandleAsync);

        acting.MapGet("/operator/ledger/wallets/{id:guid}/status", FreezeWallet.AskAsync);
        acting.MapPost("/operator/ledger/wallets/{id:guid}/status", FreezeWallet.HandleAsync);
        acting.MapGet("/operator/ledger/wallets/{id:guid}/write-off", WriteOffDebt.AskAsync);
        acting.MapPost("/operator/ledger/wallets/{id:guid}/write-off", WriteOffDebt.HandleAsync);
        acting.MapGet("/operator/ledger/lots/{lotId:guid}/void", VoidLot.AskAsync);
        acting.MapPost("/operator/ledger/lots/{lotId:guid}/void", VoidLot.HandleAsync);
        acting.MapGet("/operator/ledger/holds/{holdId:guid}/return", ReturnCharge.AskAsync);
        acting.MapPost("/operator/ledger/holds/{holdId:guid}/return", ReturnCharge.HandleAsync);

        reading.MapGet("/operator/ledger/reconciliation", ShowReconciliation.HandleAsync);
        acting.MapPost("/operator/ledger/reconciliation", ShowReconciliation.RunAsync);
        acting
            .MapPost(
                "/operator/ledger/differences/{number:long}/close",
                ShowReconciliation.CloseAsync
            )
            .RequireFormToken();
    }
}
