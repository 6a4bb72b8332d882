using System.Buffers;
using System.Text;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Streaming;

/// <summary>Gathers an answer for a response that comes in one piece.</summary>
internal sealed class Collector(HttpResponse response) : IWire
{
    private readonly StringBuilder text = new();
    private readonly StringBuilder reasoning = new();
    private readonly StringBuilder refusal = new();
    private readonly List<(string, string)> calls = [];
    private readonly List<string> searches = [];
    private readonly List<(int, int)> citations = [];
    private bool kept;

    public Finish Finish { get; private set; }
    public string Spoken => text.ToString();
    public string Thought => reasoning.ToString();
    public string Refused => refusal.ToString();

    public IReadOnlyList<(string Name, string Arguments)> Calls => calls;
    public IReadOnlyList<string> Searches => searches;

    /// <summary>Where cited text begins and ends in what is spoken.</summary>
    public IReadOnlyList<(int Start, int End)> Citations => citations;

    public void Text(ReadOnlySpan<char> words) => text.Append(words);

    public void Reasoning(ReadOnlySpan<char> words) => reasoning.Append(words);

    public void Refusal(ReadOnlySpan<char> words) => refusal.Append(words);

    public void ToolCall(string name, ReadOnlySpan<char> arguments) =>
        calls.Add((name, arguments.ToString()));

    public void Search(ReadOnlySpan<char> query) => searches.Add(query.ToString());

    public void Cited(ReadOnlySpan<char> words)
    {
        var start = text.Length;
        text.Append(words);
        citations.Add((start, text.Length));
    }

    /// <summary>A body that is to be JSON can be kept alive by white space only.</summary>
    public void Comment(ReadOnlySpan<char> line)
    {
        kept = true;
        response.BodyWriter.Write("\n"u8);
    }

    public void UsageSoFar() { }

    public void Restart() => text.Clear();

    public void Error() { }

    public void Close(Finish finish) => Finish = finish;

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (kept)
        {
            await response.BodyWriter.FlushAsync(cancellation);
        }
    }
}
