using System.Diagnostics;
using AngleSharp.Html.Parser;
using NetRoom.Kernel;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Api.Text;
using NetRoom.Tests.Architecture;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Api;

/// <summary>The examples of the page, as somebody would paste them who has a key and a little money.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ExampleTests(TextApi api) : IClassFixture<TextApi>, IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("netroom-example-").FullName;

    public Task InitializeAsync() => api.BeginAsync();

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

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
    public async Task What_the_page_says_for_javascript_works_when_it_is_pasted()
    {
        var file = Path.Combine(folder, "example.mjs");
        Directory.CreateSymbolicLink(
            Path.Combine(folder, "node_modules"),
            Path.Combine(Repository.Root, "node_modules")
        );
        var examples = await ExamplesAsync("javascript");
        foreach (var example in examples)
        {
            await File.WriteAllTextAsync(file, example);
            await AnswersAsync("node", file);
        }

        examples.Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_the_page_says_for_csharp_works_when_it_is_pasted()
    {
        var example = (await ExamplesAsync("csharp")).ShouldHaveSingleItem();
        var program = await CompiledExample.WriteAsync(folder, example);
        await AnswersAsync("dotnet", program);
    }

    [Fact]
    public async Task What_the_page_says_for_python_runs_where_python_has_the_packages_and_is_python_where_it_has_not()
    {
        if (!await CanAsync("python3", "--version"))
            return;
        var file = Path.Combine(folder, "example.py");
        var hasPackages = await CanAsync("python3", "-c", "import openai, anthropic");
        foreach (var example in await ExamplesAsync("python"))
        {
            await File.WriteAllTextAsync(file, example);
            if (hasPackages)
                await AnswersAsync("python3", file);
            else
                (await RunAsync("python3", ["-m", "py_compile", file])).Code.ShouldBe(0, example);
        }
    }

    private async Task AnswersAsync(string program, string file)
    {
        var before = await api.PaidAsync();
        var (code, output) = await RunAsync(program, [file]);
        code.ShouldBe(0, output);
        output.Trim().ShouldNotBeEmpty();
        (await api.PaidAsync()).ShouldBeGreaterThan(before);
    }

    private async Task<bool> CanAsync(string program, params string[] arguments)
    {
        try
        {
            return (await RunAsync(program, arguments)).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
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
