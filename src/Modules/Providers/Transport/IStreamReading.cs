using Microsoft.Extensions.AI;

namespace NetRoom.Providers.Transport;

/// <summary>How a protocol's answer is read, event after event.</summary>
internal interface IStreamReading
{
    /// <summary>The terminal mark was read; bytes behind it are nobody's.</summary>
    bool IsDone { get; }

    /// <summary>The provider said why it stopped: what may still come is usage.</summary>
    bool IsFinished { get; }

    /// <summary>An error inside the stream; nothing behind it counts.</summary>
    ProviderException? Failure { get; }

    /// <summary>One event, or one whole answer; null if there is nothing in it to pass on.</summary>
    ChatResponseUpdate? Read(ReadOnlySpan<byte> json, bool isWhole, bool isError);

    /// <summary>What was held back; called once, at the end.</summary>
    ChatResponseUpdate? Finish();

    /// <summary>The error inside the stream, or the one of a stream that ended too early; null after a clean end.</summary>
    ProviderException? Ending(ProviderException? broken);
}
