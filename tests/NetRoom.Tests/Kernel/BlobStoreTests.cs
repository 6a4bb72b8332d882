using System.Text;
using Microsoft.Extensions.Options;
using NetRoom.Kernel.Blobs;

namespace NetRoom.Tests.Kernel;

public sealed class BlobStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("netroom-blobs-").FullName;

    private LocalBlobStore Store => new(Options.Create(new BlobOptions { Folder = folder }));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_was_stored_comes_back_until_it_is_deleted()
    {
        await PutAsync("files/2026/a-1", "first");
        await PutAsync("files/2026/a-1", "second");
        (await ReadAsync("files/2026/a-1")).ShouldBe("second");
        await Store.DeleteAsync("files/2026/a-1", default);
        (await ReadAsync("files/2026/a-1")).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("//host/share")]
    [InlineData("../outside")]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a.txt")]
    [InlineData("Capital")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("ключ")]
    [InlineData("a\0")]
    public async Task A_key_that_could_lead_elsewhere_is_refused(string key)
    {
        await Should.ThrowAsync<ArgumentException>(() => PutAsync(key, "x"));
        await Should.ThrowAsync<ArgumentException>(() => Store.OpenAsync(key, default));
        await Should.ThrowAsync<ArgumentException>(() => Store.DeleteAsync(key, default));
    }

    [Fact]
    public async Task A_write_that_breaks_leaves_what_was_there_and_no_rest()
    {
        await PutAsync("files/a", "whole");
        await Should.ThrowAsync<IOException>(() =>
            Store.PutAsync("files/a", new BreakingStream(), default)
        );
        (await ReadAsync("files/a")).ShouldBe("whole");
        Directory
            .GetFiles(folder, "*", SearchOption.AllDirectories)
            .ShouldBe([Path.Combine(folder, "files", "a")]);
    }

    private async Task PutAsync(string key, string text) =>
        await Store.PutAsync(key, new MemoryStream(Encoding.UTF8.GetBytes(text)), default);

    private async Task<string?> ReadAsync(string key)
    {
        await using var stream = await Store.OpenAsync(key, default);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Gives some bytes, then breaks.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        private bool begun;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (begun)
                throw new IOException("The other side has gone.");
            begun = true;
            buffer.Span[..100].Fill((byte)'x');
            return ValueTask.FromResult(100);
        }

        public override async Task CopyToAsync(
            Stream destination,
            int bufferSize,
            CancellationToken cancellationToken
        )
        {
            var buffer = new byte[1024];
            while (await ReadAsync(buffer, cancellationToken) is var count and > 0)
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
