using Microsoft.Extensions.AI;
using NetRoom.Providers.Transport;

namespace NetRoom.Providers.Errors;

/// <summary>
/// Takes our key and what the person wrote out of a provider's message: an error body may quote both, and error texts go to
/// logs and consoles.
/// </summary>
internal sealed class Redaction(
    string? key,
    IEnumerable<ChatMessage> messages,
    string? instructions
)
{
    private const int Window = 16;
    private const int ShortestSecret = 4;
    private const char Mask = '*';
    private const ulong Base = 1_000_003;

    public static Redaction Nothing { get; } = new(null, [], null);

    public string Apply(string text)
    {
        var result = string.IsNullOrEmpty(key)
            ? text
            : text.Replace(key, "***", StringComparison.Ordinal);
        var characters = result.ToCharArray();
        foreach (var secret in Secrets())
            Cover(result, characters, secret);
        return new string(characters);
    }

    private IEnumerable<string> Secrets()
    {
        if (instructions is not null)
            yield return instructions;
        foreach (var content in messages.SelectMany(message => message.Contents))
        {
            foreach (var secret in Secrets(content))
                yield return secret;
        }
    }

    private static IEnumerable<string> Secrets(AIContent content) =>
        content switch
        {
            TextContent text => [text.Text],
            TextReasoningContent thought => [thought.Text],
            DataContent data => [data.Uri],
            FunctionCallContent call => [ToolTalk.ArgumentsOf(call)],
            FunctionResultContent result =>
            [
                ToolTalk.TextOf(result),
                .. ToolTalk.FilesOf(result).Select(file => file.Uri),
            ],
            _ => [],
        };

    private static void Cover(string text, char[] characters, string secret)
    {
        if (secret.Length < ShortestSecret)
            return;
        var size = Math.Min(Window, secret.Length);
        if (text.Length < size)
            return;
        // One pass over the prompt, whatever its length: only the short message is indexed.
        var places = new Dictionary<ulong, List<int>>();
        foreach (var (hash, at) in Windows(text, size))
            (places.TryGetValue(hash, out var list) ? list : places[hash] = []).Add(at);
        foreach (var (hash, from) in Windows(secret, size))
        {
            if (!places.TryGetValue(hash, out var list))
                continue;
            foreach (var at in list)
            {
                if (text.AsSpan(at, size).SequenceEqual(secret.AsSpan(from, size)))
                    characters.AsSpan(at, size).Fill(Mask);
            }
        }
    }

    private static IEnumerable<(ulong Hash, int At)> Windows(string text, int size)
    {
        ulong hash = 0;
        ulong power = 1;
        for (var at = 0; at < size; at++)
        {
            hash = unchecked((hash * Base) + text[at]);
            power = unchecked(at == 0 ? 1 : power * Base);
        }
        yield return (hash, 0);
        for (var at = size; at < text.Length; at++)
        {
            hash = unchecked(((hash - (text[at - size] * power)) * Base) + text[at]);
            yield return (hash, at - size + 1);
        }
    }
}
