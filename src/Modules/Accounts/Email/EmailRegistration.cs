using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts.Settings;
using NetRoom.Kernel;
using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts.Email;

internal static class EmailRegistration
{
    public static IServiceCollection AddEmail(this IServiceCollection services)
    {
        services.AddProblemTexts<EmailText>("email");
        services.AddSingleton(
            new SettingsTab(
                25,
                EmailSettings.Address,
                it => it.GetRequiredService<IStringLocalizer<EmailText>>()["Email and password"]
            )
        );
        services.AddEventHandler<PasswordResetAsked, SendResetLink>();
        services.AddScoped<MailLinks>();
        services.AddScoped<MailLinkScreens>();
        services.AddScoped<AccountLetters>();
        services.AddScoped<ForgotPassword>();
        services.AddScoped<UseMailLink>();
        services.AddScoped<EmailSettings>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<ChangeEmail>();
        return services.AddScoped<ProveEmail>();
    }

    public static void MapEmail(this IEndpointRouteBuilder routes)
    {
        ForgotPassword.Map(routes);
        OpenMailLink.Map(routes);
        UseMailLink.Map(routes);
        EmailSettings.Map(routes);
        ChangePassword.Map(routes);
        ChangeEmail.Map(routes);
        ProveEmail.Map(routes);
    }
}
