using System.Text;
using NetRoom.Sandbox.Answers;
using NetRoom.Sandbox.Streaming;

namespace NetRoom.Sandbox.Gemini;

/// <summary>Unnamed events without a mark at the end: each is a whole response with the new parts only.</summary>
internal sealed class GeminiStream(EventStream events, GeminiWriter writer, Quirks quirks) : IWire
{
    private readonly StringBuilder thought = new();
    private readonly StringBuilder said = new();
    private readonly List<string> searches = [];
    private readonly List<(int, int)> citations = [];
    private string? signature;
    private int calls;

    public void Text(ReadOnlySpan<char> words)
    {
        said.Append(words);
        Part(words.ToString(), isThought: false);
    }

    public void Reasoning(ReadOnlySpan<char> words)
    {
        thought.Append(words);
        signature = GeminiWriter.SignatureOf(thought.ToString());
        if (writer.ShowThoughts)
        {
            Part(words.ToString(), isThought: true);
        }
    }

    // A refusal has no words here.
    public void Refusal(ReadOnlySpan<char> words) { }

    public void ToolCall(string name, ReadOnlySpan<char> arguments)
    {
        var (given, seal, number) = (arguments.ToString(), signature, calls++);
        signature = null;
        Send(() =>
            writer.Write(
                events.Data,
                json => writer.CallPart(json, number, name, given, seal),
                null
            )
        );
    }

    public void Search(ReadOnlySpan<char> query) => searches.Add(query.ToString());

    public void Cited(ReadOnlySpan<char> words)
    {
        var start = said.Length;
        Text(words);
        citations.Add((start, said.Length));
    }

    public void Comment(ReadOnlySpan<char> line) => events.Line(line);

    public void UsageSoFar() => Send(() => writer.Write(events.Data, null, null));

    public void Restart() { }

    public void Error()
    {
        GeminiError.Internal.Write(events.Data);
        events.Send();
    }

    public void Close(Finish finish)
    {
        if (writer.BlocksPrompt)
        {
            Send(() => writer.WriteBlocked(events.Data));
            return;
        }
        // The signature of an answer in words comes at its end, on an empty part.
        var seal = signature;
        Send(() =>
            writer.Write(
                events.Data,
                seal is null ? null : json => GeminiWriter.TextPart(json, "", thought: false, seal),
                GeminiWriter.Reason(finish),
                citations.Count == 0
                    ? null
                    : json => GeminiWriter.Grounding(json, searches, said.ToString(), citations)
            )
        );
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => events.FlushAsync(cancellation);

    private void Part(string words, bool isThought)
    {
        if (quirks.HasFlag(Quirks.ByteByByte) && words.Any(char.IsSurrogate))
        {
            Halves(words);
            return;
        }
        Send(() =>
            writer.Write(
                events.Data,
                json => GeminiWriter.TextPart(json, words, isThought, null),
                null
            )
        );
    }

    // The framework's writer refuses half of a pair.
    private void Halves(string words)
    {
        events.Data.Raw("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\""u8);
        events.Data.Escaped(words);
        events.Data.Raw("\"}],\"role\":\"model\"},\"index\":0}]}"u8);
        events.Send();
    }

    private void Send(Action write)
    {
        write();
        events.Send();
    }
}
