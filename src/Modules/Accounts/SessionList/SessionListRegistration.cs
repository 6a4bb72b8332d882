using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts.Notices;
using NetRoom.Accounts.Settings;
using NetRoom.Kernel;

namespace NetRoom.Accounts.SessionList;

/// <summary>The pages of sessions and notifications, and who hears security notices.</summary>
internal static class SessionListRegistration
{
    public static IServiceCollection AddSessionList(this IServiceCollection services)
    {
        services.AddSingleton(Tab(40, ShowSessions.Address, "Sessions"));
        services.AddSingleton(Tab(50, ChooseNotifications.Address, "Notifications"));
        services.AddSingleton(
            new NotificationKind(
                NotificationKind.Documents,
                10,
                it =>
                    Texts(it)[
                        "New versions of the terms, the privacy policy and the other documents"
                    ]
            )
        );
        services.AddEventHandler<SecurityNotice, TellOfSecurity>();
        services.AddScoped<INotificationChoices, NotificationChoices>();
        services.AddScoped<ChooseNotifications>();
        return services.AddScoped<ShowSessions>();
    }

    public static void MapSessionList(this IEndpointRouteBuilder routes)
    {
        ShowSessions.Map(routes);
        ChooseNotifications.Map(routes);
    }

    private static SettingsTab Tab(int order, string address, string text) =>
        new(order, address, it => Texts(it)[text]);

    private static IStringLocalizer<NoticeText> Texts(IServiceProvider services) =>
        services.GetRequiredService<IStringLocalizer<NoticeText>>();
}
