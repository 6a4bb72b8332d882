using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NetRoom.Accounts.Abuse;
using NetRoom.Accounts.Documents;
using NetRoom.Accounts.Email;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Factors;
using NetRoom.Accounts.Passwords;
using NetRoom.Accounts.People;
using NetRoom.Accounts.SessionList;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Settings;
using NetRoom.Accounts.Ui;
using NetRoom.Accounts.Visits;
using NetRoom.Accounts.WaysIn;
using NetRoom.Kernel;
using NetRoom.Kernel.Jobs;
using NetRoom.Kernel.Mail;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts;

/// <summary>Accounts, the ways in, sessions, consents and the documents they are given to.</summary>
public static class AccountsModule
{
    /// <summary>Bytes. No form of this module needs more.</summary>
    internal const int LargestForm = 16 * 1024;

    public static IHostApplicationBuilder AddAccounts(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services
            .AddOptions<AccountsOptions>()
            .BindConfiguration(AccountsOptions.Section)
            .ValidateDataAnnotations()
            .Validate<IOptions<MailOptions>>(
                (options, mail) => !options.RequireProvenEmail || mail.Value.IsOn,
                "Accounts:RequireProvenEmail needs mail: set Mail:Host, or nobody could prove an address."
            )
            .ValidateOnStart();
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section);
        services.AddAccountsData();
        services.AddProblemTexts<AccountsText>("accounts");
        services.AddScheduledJob<SweepAccounts>(SweepAccounts.Nightly);
        services
            .AddAuthentication(SessionHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(
                SessionHandler.SchemeName,
                configureOptions: null
            );
        services
            .AddAuthorizationBuilder()
            .AddPolicy(Policies.SignedIn, policy => policy.RequireAuthenticatedUser())
            .AddStaffPolicies();
        services.AddScoped<ICurrentAccount, CurrentAccount>();
        services.AddSingleton<SessionCookies>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<VisitOrigins>();
        services.AddSingleton<IStartupFilter, VisitOrigins.Filter>();
        services.AddConsents();
        services.AddAbuse();
        services.AddScoped<NewAccounts>();
        services.AddScoped<SignUp>();
        services.AddScoped<SignIn>();
        services.AddScoped<ProveAgain>();
        services.AddScoped<Admission>();
        services.AddEmail();
        services.AddSessionList();
        services.AddSingleton<StreamWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<StreamWatch>());
        services.AddFactors();
        PeoplePages.Add(services);
        services.AddSingleton<IFramePart, PublicBarPart>();
        services.AddSingleton<IFramePart, AccountMenuPart>();
        services.AddWaysIn();
        return builder;
    }

    public static void MapAccounts(this WebApplication app)
    {
        SignUp.Map(app);
        SignIn.Map(app);
        SignOut.Map(app);
        ProveAgain.Map(app);
        OpenSettings.Map(app);
        app.MapFactors();
        PeoplePages.Map(app);
        app.MapConsents();
        app.MapAbuse();
        app.MapEmail();
        app.MapSessionList();
        app.MapWaysIn();
    }

    /// <summary>
    /// After the migrations: creates the owner if there is none and leaves the password in owner-sign-in.txt in the data folder.
    /// </summary>
    public static async Task EnsureOwnerAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<OwnerAccount>()
            .EnsureAsync(CancellationToken.None);
    }

    /// <summary>
    /// "owner add" with an email makes one more owner. Answers the exit code, or null if the arguments are no such command and the program
    /// should go on.
    /// </summary>
    public static async Task<int?> RunOwnerCommandAsync(
        this WebApplication app,
        IReadOnlyList<string> args,
        TextWriter output
    )
    {
        if (args is not ["owner", ..])
            return null;
        if (args is not ["owner", "add", var email])
        {
            await output.WriteLineAsync("owner add <email of somebody who has signed up>");
            return 2;
        }

        await using var scope = app.Services.CreateAsyncScope();
        var owners = scope.ServiceProvider.GetRequiredService<OwnerAccount>();
        var isDone = await owners.PromoteAsync(email, CancellationToken.None);
        await output.WriteLineAsync(
            isDone
                ? "Done. It counts from the next sign-in."
                : "Nobody has signed up with this email."
        );
        return isDone ? 0 : 1;
    }

    /// <summary>The part that needs no web. It asks for Data Protection.</summary>
    internal static IServiceCollection AddAccountsData(this IServiceCollection services)
    {
        services.AddModule<AccountsModel>(AccountsModel.Schema);
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<Throttle>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokenCodec>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<RotateRefreshToken>();
        services.AddScoped<StartSession>();
        services.AddScoped<OwnerAccount>();
        services.AddConsentData();
        services.AddAbuseData();
        services.AddScoped<IAccountDirectory, AccountDirectory>();
        return services;
    }
}
