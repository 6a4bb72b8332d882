using System.Text;

namespace NetRoom.Sandbox.Answers;

/// <summary>Reasoning in the prompt's language, of a length the request's effort sets.</summary>
internal static class Thoughts
{
    private static readonly string[] English =
    [
        "First I read the question again and look for what is really asked.",
        "It has a plain part and a part that needs care.",
        "Let me list what is known and what has to be assumed.",
        "One reading is too narrow, so I put it aside.",
        "The other reading fits all the words, and I keep it.",
        "Now I check the result from the other end.",
        "The numbers agree with each other.",
        "A short answer with the main point first will serve best.",
    ];

    private static readonly string[] Russian =
    [
        "Сначала перечитаю вопрос и пойму, что на самом деле нужно.",
        "В нём есть простая часть и часть, которая требует внимания.",
        "Перечислю, что известно и что приходится предположить.",
        "Одно толкование слишком узкое, его отложу.",
        "Другое согласуется со всеми словами, его и оставлю.",
        "Теперь проверю результат с другого конца.",
        "Числа сходятся друг с другом.",
        "Лучше всего подойдёт короткий ответ, где главное стоит первым.",
    ];

    public static IEnumerable<Step> Before(Ask ask) =>
        ask.Reasoning switch
        {
            Reasoning.Shown => Step.Each(StepKind.Reasoning, Text(ask)),
            Reasoning.Hidden => Step.Each(StepKind.HiddenReasoning, Text(ask)),
            _ => [],
        };

    public static string Text(Ask ask)
    {
        var sentences = ask.Prompt.IsRussian ? Russian : English;
        var text = new StringBuilder();
        for (var i = 0; i < ask.ThoughtLength; i++)
        {
            text.Append(
                    i == 0 ? ""
                    : i % 4 == 0 ? "\n\n"
                    : " "
                )
                .Append(sentences[i % sentences.Length]);
        }
        return text.ToString();
    }
}
