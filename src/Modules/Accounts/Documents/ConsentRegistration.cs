using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts.Cookies;
using NetRoom.Accounts.Profile;
using NetRoom.Accounts.Settings;
using NetRoom.Accounts.Ui;
using NetRoom.Kernel.Jobs;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Documents;

/// <summary>Documents, consents, cookies, and the settings that are about them.</summary>
internal static class ConsentRegistration
{
    /// <summary>The part that needs no web.</summary>
    public static void AddConsentData(this IServiceCollection services)
    {
        services.AddSingleton<LegalDocuments>();
        services.AddSingleton<Consents>();
        services.AddSingleton<IConsentGate>(provider => provider.GetRequiredService<Consents>());
    }

    public static void AddConsents(this IServiceCollection services)
    {
        services.AddProblemTexts<ConsentText>("consent");
        services.AddProblemTexts<CookieText>("cookie");
        services.AddProblemTexts<ProfileText>("profile");
        services.AddScheduledJob<AnnounceDocuments>(AnnounceDocuments.Hourly);
        services.AddScoped<GiveConsent>();
        services.AddScoped<ChangeProfile>();
        services.AddScoped<ChangePrivacy>();
        services.AddScoped<IFramePart, DocumentsBanner>();
        services.AddScoped<IFramePart, CookieBarPart>();
        services.AddSingleton<IFramePart, PublicFootPart>();
        services.AddSingleton(new SettingsTab(10, ChangeProfile.Address, Profile("Profile")));
        services.AddSingleton(new SettingsTab(60, ChangePrivacy.Address, Profile("Privacy")));
        services.AddSingleton(new LeavingLink(60, ChangePrivacy.Address, Profile("Your consents")));
    }

    public static void MapConsents(this WebApplication app)
    {
        app.UseMiddleware<ConsentCheck>();
        ShowDocument.Map(app);
        GiveConsent.Map(app);
        DocumentsBanner.Map(app);
        CookieChoice.Map(app);
        ChangeProfile.Map(app);
        ChangePrivacy.Map(app);
    }

    private static Func<IServiceProvider, string> Profile(string key) =>
        services => services.GetRequiredService<IStringLocalizer<ProfileText>>()[key];
}
