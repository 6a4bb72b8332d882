using System.Diagnostics;
using AngleSharp.Html.Parser;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Api.Text;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>The examples of the page, as somebody would paste them who has a key and a little money.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ExampleTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_the_page_says_for_curl_works_when_it_is_pasted()
    {
        var said = new List<string>();
        foreach (var example in await ExamplesAsync("bash"))
        {
            var (code, output) = await RunAsync(
                "bash",
                [
                    "-c",
                    example.Replace(
                        "curl ",
                        "curl -sS --fail-with-body ",
                        StringComparison.Ordinal
                    ),
                ]
            );
            code.ShouldBe(0, example + "\n" + output);
            output.ShouldNotContain("\"error\"");
            said.Add(output);
        }

        said.Count.ShouldBe(5);
        foreach (
            var proof in new[]
            {
                "\"chat.completion\"",
                "data: [DONE]",
                "\"type\":\"message\"",
                "\"quote\"",
                "\"balance\"",
                "\"pricing\"",
            }
        )
            said.ShouldContain(output => output.Contains(proof, StringComparison.Ordinal), proof);
        (await api.PaidAsync()).ShouldBeGreaterThan(Money.Zero);
    }

    [Fact]
    public async Task What_the_page_says_for_javascript_is_javascript()
    {
        foreach (var example in await ExamplesAsync("javascript"))
        {
            var file = Path.Combine(
                Directory.CreateTempSubdirectory("netroom-example-").FullName,
                "example.mjs"
            );
            await File.WriteAllTextAsync(file, example);
            var (code, output) = await RunAsync("node", ["--check", file]);
            code.ShouldBe(0, output);
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private async Task<string[]> ExamplesAsync(string language)
    {
        using var visitor = new Browser(api.Address);
        var page = await new HtmlParser().ParseDocumentAsync((await visitor.GetAsync("/api")).Body);
        return
        [
            .. page.QuerySelectorAll($"figure.code code.language-{language}")
                .Select(it => it.TextContent),
        ];
    }

    private async Task<(int Code, string Output)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["NETROOM_API_KEY"] = api.Key },
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
