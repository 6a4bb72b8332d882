using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Faults;

/// <summary>What the misbehaving models say while they misbehave.</summary>
internal static class FaultSteps
{
    private const int BigCharacters = 300 * 1024;
    private const int UsualBudget = 256;
    private const int Comments = 6;

    public static string Sentence(Ask ask) =>
        ask.Prompt.IsRussian
            ? "Это ответ модели, которая нарочно ведёт себя плохо. Текста в нём ровно столько, чтобы было что прервать."
            : "This is the answer of a model that misbehaves on purpose. It has just enough text to be interrupted.";

    /// <summary>Cyrillic and emoji; one emoji comes whole, the other as two halves in two deltas.</summary>
    public static IEnumerable<Step> Split()
    {
        foreach (var step in Step.Texts("Привет, мир! Ёжик 🦔 и улыбка"))
        {
            yield return step;
        }
        yield return new Step(StepKind.Text, " \ud83d".AsMemory(), 1, default);
        yield return new Step(StepKind.Text, "\ude00".AsMemory(), 0, default);
        foreach (var step in Step.Texts(" конец."))
        {
            yield return step;
        }
    }

    public static IEnumerable<Step> KeptAlive(Ask ask, SandboxOptions options)
    {
        string[] lines = [": keep-alive", ":", ""];
        for (var i = 0; i < Comments; i++)
        {
            yield return Step.Comment(lines[i % lines.Length]);
            yield return Step.Pause(
                TimeSpan.FromMilliseconds(options.KeepAliveMilliseconds / (double)Comments)
            );
        }
        foreach (var (i, step) in Step.Texts(Sentence(ask)).Index())
        {
            yield return step;
            if (i % 5 == 4)
            {
                yield return Step.Comment(lines[i / 5 % lines.Length]);
            }
        }
    }

    /// <summary>
    /// White space is part of the next token, so 300 KB of it between few words fits under any limit of tokens.
    /// </summary>
    public static Step Big()
    {
        string[] words = ["All", "of", "this", "came", "as", "one", "single", "event."];
        var text = string.Join(new string(' ', BigCharacters / (words.Length - 1) + 1), words);
        return new Step(StepKind.Text, text.AsMemory(), Tokenizer.Count(text), default);
    }

    /// <summary>OpenAI says its refusal in words; Anthropic and Google may refuse without a single block.</summary>
    public static IEnumerable<Step> Refusal(Ask ask) =>
        ask.Protocol is Protocol.Anthropic or Protocol.Gemini
            ? []
            : Step.Each(
                StepKind.Refusal,
                ask.Prompt.IsRussian
                    ? "Извините, с этим я помочь не могу."
                    : "I'm sorry, I can't help with that."
            );

    public static IEnumerable<Step> Pondering(Ask ask)
    {
        var kind = ask.Protocol is Protocol.OpenAi ? StepKind.HiddenReasoning : StepKind.Reasoning;
        var endless = Thoughts.Text(ask with { ThoughtLength = 1000 });
        return Step.Each(kind, endless).Take(Math.Min(ask.MaxTokens ?? UsualBudget, UsualBudget));
    }

    public static IEnumerable<Step> ThinkTags(Ask ask) =>
        Step.Texts($"<think>\n{Thoughts.Text(ask)}\n</think>\n\n{Sentence(ask)}");

    public static IEnumerable<Step> Reasoned(Ask ask) =>
        Step.Each(StepKind.Reasoning, Thoughts.Text(ask)).Concat(Step.Texts(Sentence(ask)));
}
