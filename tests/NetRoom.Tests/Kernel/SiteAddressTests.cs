using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Mail;

namespace NetRoom.Tests.Kernel;

/// <summary>Where links in letters lead, and where letters go.</summary>
public sealed class SiteAddressTests
{
    [Theory]
    [InlineData("https://netroom.example", "https://netroom.example/reset?code=1")]
    [InlineData("https://netroom.example/", "https://netroom.example/reset?code=1")]
    [InlineData("https://example.org/ai/", "https://example.org/ai/reset?code=1")]
    public async Task A_link_begins_with_the_address_that_is_set(string address, string link)
    {
        await using var app = App("Production", ("Site:Address", address));
        app.Services.GetRequiredService<SiteAddress>()
            .Url("/reset?code=1")
            .AbsoluteUri.ShouldBe(link);
    }

    [Fact]
    public async Task In_development_it_is_where_the_server_listens()
    {
        await using var app = App("Development", ("urls", "http://127.0.0.1:0"));
        await app.StartAsync();
        var port = new Uri(app.Urls.Single()).Port;
        app.Services.GetRequiredService<SiteAddress>()
            .Url("/reset")
            .AbsoluteUri.ShouldBe($"http://localhost:{port}/reset");
    }

    [Fact]
    public async Task In_production_it_is_never_guessed()
    {
        await using var app = App("Production", ("urls", "http://127.0.0.1:0"));
        await app.StartAsync();
        Should.Throw<InvalidOperationException>(() =>
            app.Services.GetRequiredService<SiteAddress>().Url("/reset")
        );
    }

    [Theory]
    [InlineData("netroom.example")]
    [InlineData("ftp://netroom.example")]
    [InlineData("https://netroom.example?x=1")]
    public async Task An_address_that_is_none_is_refused_in_words(string address)
    {
        await using var app = App("Production", ("Site:Address", address));
        Should
            .Throw<InvalidOperationException>(() => app.Services.GetRequiredService<SiteAddress>())
            .Message.ShouldContain("Site:Address");
    }

    [Fact]
    public async Task Without_a_server_mail_is_off()
    {
        await using var app = App("Production");
        Options(app).IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task In_development_letters_go_to_the_sandbox()
    {
        await using var app = App(
            "Development",
            ("Sandbox:BaseUrl", "http://127.0.0.1:5310"),
            ("Sandbox:SmtpPort", "2525")
        );
        var options = Options(app);
        (options.Host, options.Port, options.Tls).ShouldBe(("127.0.0.1", 2525, false));
    }

    [Fact]
    public async Task In_production_no_letter_goes_to_the_sandbox()
    {
        await using var app = App("Production", ("Sandbox:BaseUrl", "http://127.0.0.1:5310"));
        Options(app).IsOn.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Mail:From", null, "Mail:From")]
    [InlineData("Mail:From", "Anna <anna@example.com>", "Mail:From")]
    [InlineData("Mail:Port", "465", "STARTTLS")]
    [InlineData("Mail:Tls", "false", "in the clear")]
    [InlineData("Mail:Timeout", "00:10:00", "Mail:Timeout")]
    [InlineData("Site:Address", null, "Site:Address")]
    public async Task A_wrong_setting_of_mail_is_named(string key, string? value, string named)
    {
        await using var app = App(
            "Production",
            ("Mail:Host", "smtp.example.com"),
            ("Mail:User", "netroom"),
            ("Mail:From", "hello@example.com"),
            ("Site:Address", "https://netroom.example"),
            (key, value)
        );
        Should
            .Throw<OptionsValidationException>(() => Options(app))
            .Failures.ShouldHaveSingleItem()
            .ShouldContain(named);
    }

    private static MailOptions Options(WebApplication app) =>
        app.Services.GetRequiredService<IOptions<MailOptions>>().Value;

    private static WebApplication App(
        string environment,
        params (string Key, string? Value)[] settings
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { EnvironmentName = environment }
        );
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton<SiteAddress>();
        builder.Services.AddSingleton<IConfigureOptions<MailOptions>, MailOptionsSetup>();
        builder.Services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsSetup>();
        return builder.Build();
    }
}
