using System.Diagnostics;
using Microsoft.Extensions.AI;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;

namespace NetRoom.Api.Calls;

/// <summary>
/// Pictures and documents that a request names by address, for providers that fetch nothing. They are fetched before anything is held,
/// from the public internet only, and go on as bytes. Neither they nor their addresses are kept or logged.
/// </summary>
internal sealed class LinkedFiles(GuardedFetch fetch)
{
    /// <summary>In one request.</summary>
    public const int Most = 10;
    private const int MostBytesEach = 10 * 1024 * 1024;
    private const int MostBytes = 20 * 1024 * 1024;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(20);
    private static readonly string[] Pictures =
    [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
    ];
    private static readonly string[] Documents = ["application/pdf"];

    /// <summary>The contents of messages in which addresses stand.</summary>
    public static List<IList<AIContent>> In(IEnumerable<ChatMessage> messages) =>
        [
            .. messages
                .SelectMany(message =>
                    message
                        .Contents.OfType<FunctionResultContent>()
                        .Select(result => result.Result)
                        .OfType<IList<AIContent>>()
                        .Prepend(message.Contents)
                )
                .Where(contents => contents.Any(content => content is UriContent)),
        ];

    /// <summary>Puts the bytes in the places of the addresses, and counts them as the prompt that they are.</summary>
    /// <exception cref="RefusedRequestException">One of them cannot be had, or is not what it should be.</exception>
    public async Task InlineAsync(
        IEnumerable<IList<AIContent>> places,
        PromptMeter prompt,
        CancellationToken cancel
    )
    {
        var fetched = new Fetching();
        foreach (var contents in places)
            for (var at = 0; at < contents.Count; at++)
                if (contents[at] is UriContent link)
                {
                    var file = await FetchAsync(link, fetched, cancel);
                    prompt.AddFetched(file.Data.Span);
                    contents[at] = file;
                }
    }

    /// <summary>A picture alone.</summary>
    /// <param name="fetched">What the request has had so far.</param>
    /// <exception cref="RefusedRequestException">It cannot be had, or is no picture.</exception>
    public async Task<DataContent> FetchAsync(
        UriContent link,
        Fetching fetched,
        CancellationToken cancel
    )
    {
        if (fetched.Files.TryGetValue(link.Uri, out var known))
            return known;
        if (fetched.Files.Count == Most)
            throw Refused($"a request may name at most {Most} files by address.");
        var left = MostBytes - fetched.Bytes;
        var rules = new FetchRules(
            link.HasTopLevelMediaType("image") ? Pictures : Documents,
            Math.Min(MostBytesEach, left),
            Time - fetched.Clock.Elapsed
        );
        if (rules is not { MostBytes: > 0, Time.Ticks: > 0 })
            throw Refused(
                $"the files that a request names may have {MostBytes >> 20} MB in all and take {Time.TotalSeconds} seconds."
            );
        var number = fetched.Files.Count + 1;
        if (!(await fetch.GetAsync(link.Uri, rules, cancel)).Succeeded(out var file, out var wrong))
            throw Refused(Words(number, wrong, rules));
        if (FileKinds.Of(file.Content) != file.ContentType)
            throw Refused(
                $"file {number} of the request says that it is {file.ContentType}, and its bytes are something else."
            );
        fetched.Bytes += file.Content.Length;
        return fetched.Files[link.Uri] = new DataContent(file.Content, file.ContentType);
    }

    /// <summary>What one request has had.</summary>
    public sealed class Fetching
    {
        public Dictionary<Uri, DataContent> Files { get; } = [];
        public int Bytes { get; set; }
        public Stopwatch Clock { get; } = Stopwatch.StartNew();
    }

    private static string Words(int number, Problem wrong, FetchRules rules) =>
        $"file {number} of the request "
        + wrong.Code switch
        {
            "kernel.fetch_address" =>
                "has an address that is not fetched: it must begin with http:// or https://, use the usual port and be on the public internet.",
            "kernel.fetch_redirects" => "is redirected too often.",
            "kernel.fetch_type" =>
                $"is not of a kind that is taken here: {string.Join(", ", rules.ContentTypes)}.",
            "kernel.fetch_too_large" =>
                $"is too large: one may have {MostBytesEach >> 20} MB, all together {MostBytes >> 20} MB.",
            "kernel.fetch_time" => "did not come in time.",
            _ => "could not be fetched from its address.",
        };

    private static RefusedRequestException Refused(string why) =>
        RefusedRequestException.Invalid(
            $"{char.ToUpperInvariant(why[0])}{why[1..]} Nothing was charged. You can also send the file itself as base64.",
            code: "invalid_file_url"
        );
}
