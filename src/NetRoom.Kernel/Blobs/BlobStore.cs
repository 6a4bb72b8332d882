using Microsoft.Extensions.Options;

namespace NetRoom.Kernel.Blobs;

/// <summary>Files by key. Keys are made by us, never by users: segments of [a-z0-9-] joined by "/".</summary>
public interface IBlobStore
{
    /// <summary>Stores the content whole or not at all.</summary>
    Task PutAsync(string key, Stream content, CancellationToken cancel);

    /// <summary>Null if there is none.</summary>
    Task<Stream?> OpenAsync(string key, CancellationToken cancel);

    Task DeleteAsync(string key, CancellationToken cancel);
}

public sealed class BlobOptions
{
    public required string Folder { get; set; }
}

internal sealed class LocalBlobStore(IOptions<BlobOptions> options) : IBlobStore
{
    private readonly string root = Directory.CreateDirectory(options.Value.Folder).FullName;

    public async Task PutAsync(string key, Stream content, CancellationToken cancel)
    {
        var path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + "." + Ids.New().ToString("n") + ".part";
        try
        {
            await using (var file = File.Create(draft))
                await content.CopyToAsync(file, cancel);
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancel)
    {
        var path = PathOf(key);
        return Task.FromResult<Stream?>(File.Exists(path) ? File.OpenRead(path) : null);
    }

    public Task DeleteAsync(string key, CancellationToken cancel)
    {
        File.Delete(PathOf(key));
        return Task.CompletedTask;
    }

    private string PathOf(string key)
    {
        // An empty segment is refused too: a key that begins with "/" would be a path of its own.
        if (!key.Split('/').All(IsSegment))
            throw new ArgumentException($"Not a blob key: {key}", nameof(key));
        return Path.Combine(root, key);
    }

    private static bool IsSegment(string segment) =>
        segment.Length > 0
        && segment.All(letter =>
            char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'
        );
}
