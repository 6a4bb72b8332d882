using System.Globalization;

namespace NetRoom.Sandbox.Answers;

/// <summary>Restates the question and says what can be counted about it.</summary>
internal static class Echo
{
    private const int LongestQuote = 400;

    public static string Text(Prompt prompt)
    {
        var question = prompt.Question.Trim();
        var quote =
            question.Length > LongestQuote
                ? question[..WholeCharacters(question, LongestQuote)] + "…"
                : question;
        quote = quote.ReplaceLineEndings("\n> ");
        var characters = new StringInfo(question).LengthInTextElements;
        var words = Prompt.CountWords(question);
        var turns = prompt.Turns.Count(turn => turn.Role is Role.User or Role.Assistant);
        var attached = string.Join(", ", prompt.Attachments);
        return prompt.IsRussian
            ? $"""
                ## О вашем вопросе

                Вы спросили:

                > {quote}

                Вот что о нём можно сказать точно:

                - символов: **{characters}**
                - слов: **{words}**
                - реплик в разговоре: **{turns}**
                - токенов в запросе: **{prompt.Tokens}**
                - язык: русский
                - приложено: {(attached.Length == 0 ? "ничего" : attached)}

                Это ответ песочницы: его составила программа, а не модель.
                """
            : $"""
                ## About your question

                You asked:

                > {quote}

                What can be said about it for certain:

                - characters: **{characters}**
                - words: **{words}**
                - turns in the conversation: **{turns}**
                - tokens in the request: **{prompt.Tokens}**
                - language: English
                - attached: {(attached.Length == 0 ? "nothing" : attached)}

                This is the sandbox answering: a program wrote it, not a model.
                """;
    }

    // A cut between the halves of a surrogate pair would not be valid text.
    private static int WholeCharacters(string text, int length) =>
        char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}
