using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace NetRoom.Bench.Pages;

/// <summary>What a fresh browser takes over the wire for a page: the page and all that it names, as compressed as the server sends it.</summary>
internal sealed partial record Weight(
    string Page,
    long Html,
    long Css,
    long Js,
    long Images,
    long Other,
    int Requests,
    long Headers
)
{
    public long Total => Html + Css + Js + Images + Other;

    public static async Task<Weight> OfAsync(
        string path,
        Func<string, string?, Task<HttpResponseMessage>> get
    )
    {
        var (html, _, headers) = await FetchAsync(path, get, "gzip, br");
        var text = (await FetchAsync(path, get, null)).Body;
        var files = Links()
            .Matches(System.Text.Encoding.UTF8.GetString(text))
            .Select(match => match.Groups["to"].Value.Split('#')[0])
            .Where(address =>
                address.StartsWith('/')
                && Path.HasExtension(address)
                && !address.Contains("lazy", StringComparison.Ordinal)
            )
            .ToHashSet();
        var weight = new Weight(path, html.Length, 0, 0, 0, 0, 1, headers);
        foreach (var file in files)
        {
            var (body, type, size) = await FetchAsync(file, get, "gzip, br");
            weight = type switch
            {
                "text/css" => weight with { Css = weight.Css + body.Length },
                "text/javascript" => weight with { Js = weight.Js + body.Length },
                "image/svg+xml" => weight with { Images = weight.Images + body.Length },
                _ => weight with { Other = weight.Other + body.Length },
            };
            weight = weight with
            {
                Requests = weight.Requests + 1,
                Headers = weight.Headers + size,
            };
        }

        return weight;
    }

    private static async Task<(byte[] Body, string? Type, long Headers)> FetchAsync(
        string path,
        Func<string, string?, Task<HttpResponseMessage>> get,
        string? encodings
    )
    {
        using var answer = await get(path, encodings);
        answer.EnsureSuccessStatusCode();
        return (
            await answer.Content.ReadAsByteArrayAsync(),
            answer.Content.Headers.ContentType?.MediaType,
            Size(answer.Headers) + Size(answer.Content.Headers)
        );
    }

    private static long Size(HttpHeaders headers) =>
        headers.Sum(header => header.Value.Sum(value => header.Key.Length + value.Length + 4));

    [GeneratedRegex(
        "(?:<link rel=\"(?:stylesheet|icon|manifest)\" href|<script type=\"module\" src|<use href|<img src)=\"(?<to>[^\"]+)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Links();
}
