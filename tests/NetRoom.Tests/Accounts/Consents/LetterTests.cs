using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts.Documents;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Consents;

/// <summary>Who is told by letter of documents that change on the first of December.</summary>
[Collection(PostgresCollection.Name)]
public sealed class LetterTests(Postgres postgres) : IAsyncLifetime
{
    private readonly ConsentApp site = new(
        postgres,
        ("Mail:Host", "127.0.0.1"),
        // Nobody listens: what is queued stays to be counted.
        ("Mail:Port", "9"),
        ("Mail:Tls", "false"),
        ("Mail:From", "netroom@example.com"),
        ("Site:Address", "https://netroom.example")
    );

    public Task InitializeAsync() => site.InitializeAsync();

    public Task DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task Everybody_gets_one_letter_for_a_day_however_many_nodes_write_it()
    {
        for (var i = 0; i < 3; i++)
            await SignUpAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync()));
        await RunAsync();
        (await ToldAsync()).ShouldBe((3, 3));
    }

    [Fact]
    public async Task Who_agreed_before_is_left_in_peace_and_so_is_who_came_after()
    {
        using var agreed = await SignUpAsync();
        var page = await agreed.GetAsync("/consent");
        await agreed.PostAsync(
            "/consent",
            page.Token,
            ("shown", page.Value("shown")),
            ("decision", "accept"),
            ("terms", "yes"),
            ("personalData", "yes")
        );
        await SignUpAsync();
        site.App.Clock.Pass(TimeSpan.FromDays(11));
        await SignUpAsync();
        await RunAsync();
        (await ToldAsync()).ShouldBe((1, 1));
        site.App.Clock.Pass(TimeSpan.FromDays(31));
        await site.App.Database.ScalarAsync<long>(
            "WITH gone AS (DELETE FROM accounts.document_letter RETURNING 1) SELECT count(*) FROM gone"
        );
        await RunAsync();
        (await ToldAsync()).Told.ShouldBe(0, "a month later nobody is told any more");
    }

    [Fact]
    public async Task Who_turned_these_letters_off_gets_none()
    {
        using var quiet = await SignUpAsync();
        await SignUpAsync();
        (await quiet.SubmitAsync("/settings/notifications")).Location.ShouldNotBeNull();
        await RunAsync();
        (await ToldAsync()).Queued.ShouldBe(1);
    }

    private async Task<Browser> SignUpAsync()
    {
        var browser = site.App.NewBrowser();
        await browser.SignUpAsync(ConsentApp.NewEmail());
        return browser;
    }

    private async Task RunAsync()
    {
        await using var scope = site.App.Services.CreateAsyncScope();
        await ActivatorUtilities
            .CreateInstance<AnnounceDocuments>(scope.ServiceProvider)
            .Execute(null!);
    }

    private async Task<(long Told, long Queued)> ToldAsync() =>
        (
            await site.App.Database.ScalarAsync<long>(
                "SELECT count(*) FROM accounts.document_letter"
            ),
            await site.App.Database.ScalarAsync<long>("SELECT count(*) FROM kernel.mail")
        );
}
