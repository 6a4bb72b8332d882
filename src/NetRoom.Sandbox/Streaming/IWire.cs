using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Streaming;

/// <summary>The form an answer takes in one protocol. Nothing leaves before a flush.</summary>
internal interface IWire
{
    void Text(ReadOnlySpan<char> words);
    void Reasoning(ReadOnlySpan<char> words);
    void Refusal(ReadOnlySpan<char> words);

    /// <summary>A whole call of a tool.</summary>
    void ToolCall(string name, ReadOnlySpan<char> arguments);

    /// <summary>A search that found <see cref="Source"/>.</summary>
    void Search(ReadOnlySpan<char> query);

    /// <summary>Text that cites <see cref="Source"/>.</summary>
    void Cited(ReadOnlySpan<char> words);

    /// <summary>A line that is no event.</summary>
    void Comment(ReadOnlySpan<char> line);
    void UsageSoFar();
    void Restart();
    void Error();
    void Close(Finish finish);
    ValueTask FlushAsync(CancellationToken cancellation);
}
