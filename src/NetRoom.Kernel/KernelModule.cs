using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.WebEncoders;
using NetRoom.Kernel.Blobs;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Jobs;
using NetRoom.Kernel.Mail;
using NetRoom.Kernel.Security;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;
using Npgsql;

namespace NetRoom.Kernel;

public static class KernelModule
{
    private const string ConnectionName = "NetRoom";

    /// <summary>
    /// Adds the kernel. Without ConnectionStrings:NetRoom it starts a private PostgreSQL under DATA_DIR, which the returned handle stops.
    /// </summary>
    public static async Task<IAsyncDisposable> AddKernelAsync(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var dataFolder = Path.GetFullPath(configuration["DATA_DIR"] ?? "data");
        var postgres = configuration.GetConnectionString(ConnectionName) is null
            ? await EmbeddedPostgres.StartAsync(
                dataFolder,
                configuration["Postgres:BinFolder"],
                CancellationToken.None
            )
            : null;
        var connectionString =
            postgres?.ConnectionString ?? configuration.GetConnectionString(ConnectionName)!;

        var services = builder.Services;
        services.AddSingleton(new DataFolder(dataFolder, IsOnlyNode: postgres is not null));
        services.AddKernelData(connectionString);
        services.AddHostedService(provider => provider.GetRequiredService<OutboxDispatcher>());
        services.AddMailDelivery();
        services.Configure<BlobOptions>(options =>
            options.Folder = configuration["Blobs:Folder"] ?? Path.Combine(dataFolder, "blobs")
        );
        services.AddSingleton<IBlobStore, LocalBlobStore>();
        services.AddKernelJobs(connectionString);
        services.AddKernelWeb();
        return postgres ?? (IAsyncDisposable)new AsyncDisposables();
    }

    /// <summary>The part that needs no web: context, migrations, outbox, mail, seals. Tests and benches start here.</summary>
    public static IServiceCollection AddKernelData(
        this IServiceCollection services,
        string connectionString
    )
    {
        services.TryAddSingleton(TimeProvider.System);
        // Statements that come again are prepared once a connection: the wallet does nearly twice as much a second.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 100 };
        services.AddSingleton(_ => NpgsqlDataSource.Create(settings));
        services.AddDbContext<NetRoomDb>(
            (provider, options) =>
                options
                    .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
                    .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
                    .AddInterceptors(CommitNews.Instance)
                    .ReplaceService<IModelCacheKeyFactory, ModelOfParts>()
        );
        services.AddModule<KernelModel>("kernel");
        services.AddSingleton<Migrator>();
        services.AddScoped<Outbox>();
        services.AddSingleton<OutboxDispatcher>();
        services.AddDataProtection().SetApplicationName("NetRoom");
        services.AddSingleton<IXmlRepository, DataProtectionKeys>();
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<IXmlRepository>((options, repository) => options.XmlRepository = repository);
        return services.AddMail();
    }

    /// <summary>Declares a module: its schema's name, its model and, beside it, its migrations.</summary>
    public static IServiceCollection AddModule<TModel>(
        this IServiceCollection services,
        string name
    )
        where TModel : class, IModelPart =>
        services
            .AddSingleton(new Module(name, typeof(TModel).Assembly))
            .AddSingleton<IModelPart, TModel>();

    /// <summary>Subscribes to upward news.</summary>
    public static IServiceCollection AddEventHandler<TEvent, THandler>(
        this IServiceCollection services
    )
        where THandler : class, IEventHandler<TEvent> =>
        services.AddScoped<THandler>().AddSingleton(OutboxSubscription.For<TEvent, THandler>());

    /// <summary>Brings the schema up to date; every node may call it at once.</summary>
    public static Task MigrateAsync(this WebApplication app) =>
        app.Services.GetRequiredService<Migrator>().RunAsync(CancellationToken.None);

    /// <summary>The pipeline that every request passes, in order.</summary>
    public static void UseKernel(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseCookiePolicy();
        app.UseResponseCompression();
        // First, so that pages of errors speak the reader's language too.
        app.UseMiddleware<LanguagePrefix>();
        app.UseRequestLocalization();
        app.UseExceptionHandler(errors => errors.Run(ProblemResult.UnexpectedAsync));
        app.UseStatusCodePages(context => ProblemResult.StatusPageAsync(context.HttpContext));
        app.UseRouting();
        app.UseMiddleware<SameOriginOnly>();
        app.UseMiddleware<BodyLimit>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapPreferences();
        app.MapHealthChecks("/health").AllowAnonymous();
    }

    private static void AddKernelWeb(this IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit.Usual;
        });
        // A request that does not bind is answered in words, in development as in production; it is no exception of ours.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        services.AddRazorComponents();
        // Cyrillic as it is: entities would double the size of every Russian page.
        services.Configure<WebEncoderOptions>(options =>
            options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All)
        );
        services.AddTrustedProxies();
        services.AddPageCompression();
        services.Configure<CookiePolicyOptions>(EmbeddedMode.Loosen);
        services.AddLocalization();
        services.AddProblemTexts<KernelText>("kernel");
        services.AddSingleton<ProblemSentences>();
        services.AddSingleton<StaticAssets>();
        services.AddSingleton<GuardedFetch>();
        services.AddSingleton<SiteAddress>();
        services.AddScoped<Frame>();
        services.AddHttpContextAccessor();
        services.AddProblemDetails();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        services.AddAuthorization();
        services.AddAuthentication();
        services.AddAntiforgery(options =>
        {
            options.Cookie = new SecureCookie
            {
                Name = "__Host-nr-af",
                HttpOnly = true,
                IsEssential = true,
            };
            options.SuppressXFrameOptionsHeader = true;
        });
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Languages.Default);
            options.SupportedCultures = options.SupportedUICultures = [
                .. Languages.All.Select(CultureInfo.GetCultureInfo),
            ];
            options.RequestCultureProviders =
            [
                new LanguagePrefix.CultureProvider(),
                new CookieRequestCultureProvider { CookieName = Preferences.LanguageCookie },
                new AcceptLanguageHeaderRequestCultureProvider(),
            ];
        });
    }

    private sealed class AsyncDisposables : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>Where this node keeps its files, and whether its database is private to it.</summary>
public sealed record DataFolder(string Path, bool IsOnlyNode);
