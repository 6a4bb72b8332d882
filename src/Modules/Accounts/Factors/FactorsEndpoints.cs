using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts.Factors.Passkeys;
using NetRoom.Accounts.Factors.Security;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Settings;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts.Factors;

/// <summary>Second factors: how they are kept, set up, and asked for.</summary>
internal static class FactorsEndpoints
{
    private const int SettingsOrder = 30;

    public static void AddFactors(this IServiceCollection services)
    {
        services.AddProblemTexts<FactorsText>("factors");
        services.AddSingleton<SealedTickets>();
        services.AddScoped<AuthenticatorApp>();
        services.AddScoped<RecoveryCodes>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<SessionProof>();
        services.AddScoped<SecondStep>();
        services.AddScoped<SecurityScreen>();
        services.AddScoped<SetUpApp>();
        services.AddScoped<ChangeFactors>();
        services.AddSingleton(
            new SettingsTab(
                SettingsOrder,
                SecurityScreen.Address,
                texts => texts.GetRequiredService<IStringLocalizer<FactorsText>>()["Security"]
            )
        );

        services.AddIdentityCore<PasskeyHolder>();
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
            options.AttestationConveyancePreference = "none";
            options.AuthenticatorTimeout = TicketKind.Challenge.Term;
        });
        services.AddScoped<IUserStore<PasskeyHolder>, PasskeyStore>();
        services.AddScoped<IPasskeyHandler<PasskeyHolder>, PasskeyHandler<PasskeyHolder>>();
        services.AddScoped<PasskeyCeremony>();
        services.AddScoped<EnterByPasskey>();
    }

    public static void MapFactors(this IEndpointRouteBuilder routes)
    {
        SecondStep.Map(routes);
        AskForPasskey.Map(routes);
        EnterByPasskey.Map(routes);

        var security = routes
            .MapGroup("")
            .RequireAuthorization(Policies.SignedIn)
            .RequireRecentProof()
            .WithMetadata(new RequestSizeLimitAttribute(AccountsModule.LargestForm));
        security.MapGet("/settings/security", ChangeFactors.ShowAsync);
        security.MapPost("/settings/security/app/begin", SetUpApp.BeginAsync).RequireFormToken();
        security.MapGet("/settings/security/app", SetUpApp.ShowAsync);
        security.MapPost("/settings/security/app", SetUpApp.ConfirmAsync);
        security
            .MapPost(
                "/settings/security/app/remove",
                (ChangeFactors change, HttpContext context, CancellationToken cancel) =>
                    change.RemoveAppAsync(context, cancel)
            )
            .RequireFormToken();
        security
            .MapPost(
                "/settings/security/codes",
                (ChangeFactors change, HttpContext context, CancellationToken cancel) =>
                    change.RenewCodesAsync(context, cancel)
            )
            .RequireFormToken();
        security.MapPost(
            "/settings/security/passkeys",
            (
                ChangeFactors change,
                [FromForm] string? credential,
                [FromForm] string? name,
                HttpContext context,
                CancellationToken cancel
            ) => change.AddPasskeyAsync(credential, name, context, cancel)
        );
        security.MapPost(
            "/settings/security/passkeys/{id:guid}/rename",
            (
                ChangeFactors change,
                Guid id,
                [FromForm] string? name,
                HttpContext context,
                CancellationToken cancel
            ) => change.RenamePasskeyAsync(id, name, context, cancel)
        );
        security
            .MapPost(
                "/settings/security/passkeys/{id:guid}/remove",
                (ChangeFactors change, Guid id, HttpContext context, CancellationToken cancel) =>
                    change.RemovePasskeyAsync(id, context, cancel)
            )
            .RequireFormToken();
    }
}
