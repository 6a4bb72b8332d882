using System.Globalization;

namespace NetRoom.Sandbox.Answers;

/// <summary>LaTeX in all four usual delimiters, and the value of the arithmetic expression in the prompt.</summary>
internal static class Formulas
{
    public static string Text(Prompt prompt)
    {
        var russian = prompt.IsRussian;
        var found = Arithmetic.FindIn(prompt.Wish);
        var solved = found switch
        {
            null when russian =>
                "В вопросе нет арифметического выражения, поэтому вот несколько формул.",
            null => "There is no arithmetic expression in the question, so here are some formulas.",
            { Value: null } when russian => $"Выражение ${Latex(found.Text)}$ не имеет значения.",
            { Value: null } => $"The expression ${Latex(found.Text)}$ has no value.",
            { Value: { } value } when russian =>
                $"""
                Вычислим ${Latex(found.Text)}$:

                $${Latex(found.Text)} = {Number(value).Replace(
                    ".",
                    "{,}",
                    StringComparison.Ordinal
                )}$$

                Ответ: **{Number(value).Replace('.', ',')}**.
                """,
            { Value: { } value } => $"""
                Let us work out ${Latex(found.Text)}$:

                $${Latex(found.Text)} = {Number(value)}$$

                The answer is **{Number(value)}**.
                """,
        };
        return solved
            + "\n\n"
            + (
                russian
                    ? """
                        Корни уравнения $ax^2 + bx + c = 0$ при \(a \ne 0\):

                        $$x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$

                        Интеграл Гаусса:

                        \[\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}\]

                        А 5 $ и 10 $ здесь просто доллары.
                        """
                    : """
                        The roots of $ax^2 + bx + c = 0$ when \(a \ne 0\):

                        $$x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$

                        The Gaussian integral:

                        \[\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}\]

                        And $5 or $10 here are plain dollars.
                        """
            );
    }

    private static string Latex(string expression) =>
        expression
            .Replace("*", @" \cdot ", StringComparison.Ordinal)
            .Replace("×", @" \cdot ", StringComparison.Ordinal)
            .Replace("·", @" \cdot ", StringComparison.Ordinal)
            .Replace("÷", " : ", StringComparison.Ordinal);

    private static string Number(decimal value) =>
        value.ToString("0.############", CultureInfo.InvariantCulture);
}
