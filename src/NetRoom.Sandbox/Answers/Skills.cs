namespace NetRoom.Sandbox.Answers;

/// <summary>What every well-behaved model can do beside its own way of answering: tools, JSON, search.</summary>
internal static class Skills
{
    /// <summary>Null when the request asks for none of it.</summary>
    public static Answer? Answer(Ask ask, SandboxOptions options)
    {
        var tempo = Tempo.Ordinary(options);
        if (ask.Prompt.ToolResult is { } result)
        {
            return Answers.Answer.Of(ask, Read(ask, result), tempo);
        }
        var calls = ToolPick.Of(ask).ToList();
        if (calls.Count > 0)
        {
            return new Answer(Thoughts.Before(ask).Concat(calls), tempo)
            {
                Finish = Finish.ToolCalls,
            };
        }
        if (ask.Schema is { } schema)
        {
            return Answers.Answer.Of(ask, SchemaSample.Text(schema), tempo);
        }
        if (ask.Json)
        {
            return Answers.Answer.Of(ask, """{"answer":"This is the sandbox answering."}""", tempo);
        }
        return ask.Searches
            ? new Answer(Thoughts.Before(ask).Concat(Found(ask.Prompt)), tempo)
            : null;
    }

    private static string Read(Ask ask, string result) =>
        ask.Prompt.IsRussian ? $"Инструмент ответил: {result}" : $"The tool says: {result}";

    private static IEnumerable<Step> Found(Prompt prompt)
    {
        yield return Step.Search(prompt.Wish);
        foreach (
            var step in Step.Texts(prompt.IsRussian ? "Вот что нашлось. " : "This was found. ")
        )
        {
            yield return step;
        }
        yield return Step.Cited(
            prompt.IsRussian ? "Всё здесь написала программа." : "A program wrote all of it."
        );
        foreach (var step in Step.Texts(prompt.IsRussian ? " Больше ничего." : " Nothing else."))
        {
            yield return step;
        }
    }
}
