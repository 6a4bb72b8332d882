using System.Net;
using Microsoft.Extensions.Options;
using NetRoom.Accounts;
using NetRoom.Accounts.Documents;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Consents;

[Collection(PostgresCollection.Name)]
public sealed class DocumentTests(Postgres postgres)
{
    [Fact]
    public async Task The_version_in_effect_stands_at_the_short_address_and_each_at_its_own()
    {
        var site = new ConsentApp(postgres);
        await site.InitializeAsync();
        using var browser = site.App.NewBrowser();
        var current = await browser.GetAsync("/terms/");
        current.Body.ShouldContain("A new version takes effect on 1 December 2026.");
        current.Body.ShouldContain("href=\"/terms/2026-12-01/\"");
        current.Body.ShouldNotContain("With songs");

        var announced = await browser.GetAsync(ConsentApp.NewTerms);
        announced.Body.ShouldContain("With songs by Example &lt;b&gt;LLC&lt;/b&gt;.");
        announced.Body.ShouldContain("We may now sing.");
        announced.Body.ShouldContain("This version takes effect on 1 December 2026.");

        (await browser.GetAsync("/ru" + ConsentApp.NewTerms)).Body.ShouldContain("С песнями.");
        (await browser.GetAsync("/terms/2026-11-20/")).Body.ShouldContain("1. Who we are");
        (await browser.GetAsync("/terms/2025-01-01/")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GetAsync("/marketing/")).Body.ShouldContain("It is not required.");
        await site.DisposeAsync();
    }

    [Fact]
    public void On_its_day_the_announced_version_becomes_the_current_one_and_the_old_one_stays()
    {
        var clock = new TestClock();
        using var folder = new Published(
            ("terms/2026-12-01-en.md", "# New\n\n"),
            ("terms/2026-12-01-ru.md", "# Новые\n\n")
        );
        var documents = folder.Read(clock);
        documents["terms"].Code.ShouldBe("2026-11-20");
        clock.Pass(TimeSpan.FromDays(10) + TimeSpan.FromHours(11.9));
        documents["terms"].Code.ShouldBe("2026-11-20");
        clock.Pass(TimeSpan.FromHours(0.2));
        documents["terms"].Code.ShouldBe("2026-12-01");
        documents.Find("terms", "2026-11-20").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("terms/2026-12-01-en.md", "# One language\n\n", "not there in every language")]
    [InlineData("terms/2026-13-01-en.md", "# No such month\n\n", "is no name of a document")]
    [InlineData("rules/2026-12-01-en.md", "# No such document\n\n", "is no name of a document")]
    [InlineData("terms/2026-12-01-en.md", "No heading\n", "must begin with its heading")]
    public void A_file_that_cannot_be_published_stops_the_start_and_is_named(
        string path,
        string text,
        string complaint
    )
    {
        using var folder = new Published((path, text));
        Should
            .Throw<InvalidOperationException>(() => folder.Read(new TestClock()))
            .Message.ShouldContain(complaint);
    }

    [Fact]
    public void Every_document_names_the_operator_and_has_the_same_parts_in_both_languages()
    {
        using var folder = new Published();
        var documents = folder.Read(new TestClock());
        foreach (var name in LegalDocuments.Names)
        {
            var (english, russian) = (
                documents.InEffect(name, "en"),
                documents.InEffect(name, "ru")
            );
            foreach (var document in (LegalDocument[])[english, russian])
            {
                document.Markdown.ShouldContain("Example LLC (INN 7700000000)");
                document.Markdown.ShouldContain("help@example.com");
                document.Markdown.ShouldNotContain("{");
            }

            Parts(russian).ShouldBe(Parts(english), name);
        }

        static (int, int, int) Parts(LegalDocument document) =>
            (Count(document, "## "), Count(document, "- "), Count(document, "| "));
        static int Count(LegalDocument document, string start) =>
            document
                .Markdown.Split('\n')
                .Count(line => line.StartsWith(start, StringComparison.Ordinal));
    }

    /// <summary>A folder of the operator's.</summary>
    private sealed class Published : IDisposable
    {
        private readonly string folder = Directory
            .CreateTempSubdirectory("netroom-documents-")
            .FullName;

        public Published(params (string Path, string Text)[] files)
        {
            foreach (var (path, text) in files)
            {
                var file = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
        }

        public LegalDocuments Read(TestClock clock) =>
            new(
                Options.Create(
                    new OperatorOptions
                    {
                        Name = "Example LLC",
                        Details = "INN 7700000000",
                        Email = "help@example.com",
                        Documents = folder,
                    }
                ),
                clock
            );

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
