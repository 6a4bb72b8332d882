using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace NetRoom.Kernel.Mail;

internal static class MailRegistration
{
    /// <summary>The queue; off until <see cref="MailOptions.Host"/> is set.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>();
        services.AddSingleton<IMailSender, SmtpSender>();
        services.AddSingleton<MailPump>();
        services.AddScoped<LetterPrinter>();
        return services.AddScoped<MailQueue>();
    }

    /// <summary>Sending, by the host's configuration.</summary>
    public static IServiceCollection AddMailDelivery(this IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<MailOptions>, MailOptionsSetup>();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsSetup>();
        services.AddOptions<MailOptions>().ValidateOnStart();
        return services.AddHostedService(provider => provider.GetRequiredService<MailPump>());
    }
}
