using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.OpenAi;

/// <summary>OpenAI caches long prompts unasked, by whole messages here and in steps of 128 tokens.</summary>
internal static class OpenAiCache
{
    private const int StepOfTokens = 128;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>How much of the prompt is read from the cache; remembers the prompt for the next call.</summary>
    public static int Read(PrefixCache cache, Prompt prompt, string model, int minimum)
    {
        if (prompt.Tokens < minimum)
        {
            return 0;
        }
        var prefix = model;
        var length = prompt.ToolTokens;
        var cached = 0;
        foreach (var turn in prompt.Turns)
        {
            prefix = PrefixCache.Extend(
                prefix,
                turn.Role + turn.Text + string.Join(',', turn.Attachments)
            );
            length += turn.Tokens;
            cached = cache.Reads(prefix) ? length : cached;
            cache.Remember(prefix, Life);
        }
        return cached < minimum ? 0 : cached / StepOfTokens * StepOfTokens;
    }
}
