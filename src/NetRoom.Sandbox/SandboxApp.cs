using NetRoom.Sandbox.Anthropic;
using NetRoom.Sandbox.Faults;
using NetRoom.Sandbox.Gemini;
using NetRoom.Sandbox.Mail;
using NetRoom.Sandbox.Media;
using NetRoom.Sandbox.OpenAi;
using NetRoom.Sandbox.Responses;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox;

/// <summary>Builds the sandbox: a web application that plays outside AI providers over real HTTP, and a mail server.</summary>
public static class SandboxApp
{
    /// <summary>Where the sandbox listens when nothing else is configured.</summary>
    public const string DefaultAddress = "http://127.0.0.1:5310";

    private const long LargestRequest = 64L * 1024 * 1024;

    /// <summary>Builds the application without starting it; takes the arguments every ASP.NET Core host takes.</summary>
    /// <exception cref="NotForProductionException">The environment is Production, which is also the default.</exception>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (builder.Environment.IsProduction())
        {
            throw new NotForProductionException();
        }

        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.Limits.MinResponseDataRate = null;
        });
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        var options =
            builder.Configuration.GetSection("Sandbox").Get<SandboxOptions>()
            ?? new SandboxOptions();
        builder
            .Services.AddSingleton(options)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<CallLog>()
            .AddSingleton<PrefixCache>()
            .AddSingleton<Flakiness>()
            .AddSingleton<Performer>()
            .AddSingleton<Stage>()
            .AddSingleton<ChatCompletions>()
            .AddSingleton<Messages>()
            .AddSingleton<GenerateContent>()
            .AddSingleton<ResponsesTwin>()
            .AddMedia()
            .AddMail();

        var app = builder.Build();
        app.MapGet("/health", () => "ok");
        app.MapFrontPage();
        app.MapOpenAi();
        app.MapAnthropic();
        app.MapMedia();
        app.MapMail();
        app.MapGemini();
        app.MapAccountOfCalls();
        return app;
    }
}
