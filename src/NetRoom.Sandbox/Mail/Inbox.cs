using System.Text.Json.Serialization;

namespace NetRoom.Sandbox.Mail;

/// <summary>A letter as it came and as a mail program would show it.</summary>
/// <param name="From">Of the envelope, as are the recipients.</param>
/// <param name="Headers">Decoded; of a name that comes twice, the first.</param>
public sealed record ReceivedMail(
    long Id,
    DateTimeOffset At,
    string From,
    IReadOnlyList<string> To,
    string? Subject,
    string? Text,
    string? Html,
    IReadOnlyDictionary<string, string> Headers,
    [property: JsonIgnore] byte[] Source
);

/// <summary>The letters of everybody, newest first; it forgets the oldest.</summary>
internal sealed class Inbox(TimeProvider clock)
{
    private const int Most = 1_000;
    private readonly Lock gate = new();
    private readonly LinkedList<ReceivedMail> letters = [];
    private long lastId;

    public void Add(string from, string[] to, byte[] source)
    {
        var parsed = MimeLetter.Parse(source);
        lock (gate)
        {
            letters.AddFirst(
                new ReceivedMail(
                    ++lastId,
                    clock.GetUtcNow(),
                    from,
                    to,
                    parsed.Headers.GetValueOrDefault("Subject"),
                    parsed.Text,
                    parsed.Html,
                    parsed.Headers,
                    source
                )
            );
            if (letters.Count > Most)
                letters.RemoveLast();
        }
    }

    public IReadOnlyList<ReceivedMail> List(string? to)
    {
        lock (gate)
            return
            [
                .. letters.Where(letter =>
                    string.IsNullOrEmpty(to)
                    || letter.To.Contains(to, StringComparer.OrdinalIgnoreCase)
                ),
            ];
    }

    public ReceivedMail? Find(long id) => List(null).FirstOrDefault(letter => letter.Id == id);

    public void Clear()
    {
        lock (gate)
            letters.Clear();
    }
}
