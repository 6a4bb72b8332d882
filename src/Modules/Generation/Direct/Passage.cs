using System.Buffers;
using System.IO.Pipelines;
using NetRoom.Catalog;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Generation.Direct;

/// <summary>A request that needs no translation.</summary>
/// <param name="Body">The caller's JSON; it must stay as it is until the passage is disposed.</param>
public sealed record PassageRequest(WireProtocol Protocol, ReadOnlyMemory<byte> Body, bool Stream)
{
    /// <summary>The caller wants to be told the usage at the end of a stream of chat completions.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>What of it not every provider of the protocol takes.</summary>
    public PassageNeeds Needs { get; init; }

    /// <summary>The caller's anthropic-version.</summary>
    public string? Version { get; init; }

    /// <summary>The caller's anthropic-beta; the operator's list says which of them go on.</summary>
    public string? Betas { get; init; }
}

/// <summary>An answer that passes to its caller as the provider gives it.</summary>
public sealed class Passage : IDisposable
{
    private readonly DirectRun run;
    private readonly PassThroughCall call;
    private readonly CancellationTokenRegistration listening;
    private readonly ArrayBufferWriter<byte> first = new(1_024);

    internal Passage(
        DirectRun run,
        PassThroughCall call,
        CancellationTokenRegistration listening
    ) => (this.run, this.call, this.listening) = (run, call, listening);

    /// <summary>
    /// Waits for the first events of a stream. False when it broke off before anything had come: the caller can still be told with a
    /// status.
    /// </summary>
    public async Task<bool> BeginAsync()
    {
        await CopyAsync(first);
        return run.Failure is null || call.Seen.Ascii + call.Seen.Other > 0;
    }

    /// <summary>Copies the stream until its end, which stays back, or its failure, which <see cref="DirectRun.EndAsync"/> tells.</summary>
    public async Task CopyToEndAsync(PipeWriter to)
    {
        to.Write(first.WrittenSpan);
        do
        {
            // No token: what is written to a caller who has gone is dropped, and the provider's stream decides when it is over.
            await to.FlushAsync(CancellationToken.None);
        } while (run.Failure is null && await CopyAsync(to));
    }

    /// <summary>The whole answer, with more members in its usage.</summary>
    public void WriteWhole(IBufferWriter<byte> to, ReadOnlySpan<byte> members) =>
        call.WriteWhole(to, members);

    /// <summary>The end of a stream.</summary>
    /// <param name="members">What the usage says beside the provider's words, as JSON without braces.</param>
    /// <param name="usage">A usage object for a provider that told none.</param>
    public void WriteEnd(
        IBufferWriter<byte> to,
        ReadOnlySpan<byte> members,
        ReadOnlySpan<byte> usage
    ) => call.WriteEnd(to, members, usage);

    public void Dispose()
    {
        listening.Dispose();
        call.Dispose();
    }

    private async ValueTask<bool> CopyAsync(IBufferWriter<byte> to)
    {
        try
        {
            var more = await call.CopyAsync(to);
            run.StopIfTooLong();
            if (call.Failure is { } failure)
                throw failure;
            return more;
        }
        catch (Exception exception)
        {
            run.Fail(exception);
            return false;
        }
    }
}
