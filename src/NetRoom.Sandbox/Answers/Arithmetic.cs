using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NetRoom.Sandbox.Answers;

/// <summary>An expression found in a text; no value when it divides by zero or is too large.</summary>
internal sealed record Expression(string Text, decimal? Value);

/// <summary>Finds and evaluates + - * / ^ and brackets over decimal numbers, with the usual precedence.</summary>
internal ref partial struct Arithmetic
{
    private const int DeepestNesting = 100;
    private const int LargestPower = 1000;

    private static readonly SearchValues<char> Operators = SearchValues.Create("+-−–*/^×÷·");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.,");

    private ReadOnlySpan<char> rest;
    private int depth;

    public static Expression? FindIn(string text)
    {
        foreach (var match in Candidate().Matches(text).OrderByDescending(match => match.Length))
        {
            var expression = match.Value.Trim(' ', '.', ',', ':', '?');
            if (!expression.AsSpan(1).ContainsAny(Operators))
            {
                continue;
            }
            try
            {
                return new(expression, Evaluate(expression));
            }
            catch (FormatException)
            {
                // Not an expression after all: a date, a phone number, a list.
            }
            catch (Exception none) when (none is DivideByZeroException or OverflowException)
            {
                return new(expression, null);
            }
        }
        return null;
    }

    public static decimal Evaluate(string expression)
    {
        var reader = new Arithmetic { rest = expression };
        var value = reader.Sum();
        return reader.Peek() == '\0'
            ? value
            : throw new FormatException("Unexpected " + reader.Peek());
    }

    private decimal Sum()
    {
        if (++depth > DeepestNesting)
        {
            throw new FormatException("Nested too deeply");
        }
        var value = Product();
        while (true)
        {
            switch (Peek())
            {
                case '+':
                    Skip();
                    value += Product();
                    break;
                case '-' or '−' or '–':
                    Skip();
                    value -= Product();
                    break;
                default:
                    depth--;
                    return value;
            }
        }
    }

    private decimal Product()
    {
        var value = Signed();
        while (true)
        {
            switch (Peek())
            {
                case '*' or '×' or '·':
                    Skip();
                    value *= Signed();
                    break;
                case '/' or '÷' or ':':
                    Skip();
                    value /= Signed();
                    break;
                default:
                    return value;
            }
        }
    }

    private decimal Signed()
    {
        var negative = false;
        while (Peek() is '-' or '−' or '–' or '+')
        {
            negative ^= Peek() != '+';
            Skip();
        }
        var value = Power();
        return negative ? -value : value;
    }

    private decimal Power()
    {
        var value = Atom();
        if (Peek() != '^')
        {
            return value;
        }
        Skip();
        var exponent = Signed();
        if (exponent != decimal.Truncate(exponent) || Math.Abs(exponent) > LargestPower)
        {
            throw new OverflowException();
        }
        var power = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++)
        {
            power *= value;
        }
        return exponent < 0 ? 1 / power : power;
    }

    private decimal Atom()
    {
        if (Peek() == '(')
        {
            Skip();
            var value = Sum();
            if (Peek() != ')')
            {
                throw new FormatException("A bracket is not closed");
            }
            Skip();
            return value;
        }
        var length = rest.IndexOfAnyExcept(Digits);
        var digits = length < 0 ? rest : rest[..length];
        var number = decimal.Parse(
            digits.ToString().Replace(',', '.'),
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture
        );
        rest = rest[digits.Length..];
        return number;
    }

    private char Peek()
    {
        rest = rest.TrimStart();
        return rest.IsEmpty ? '\0' : rest[0];
    }

    private void Skip() => rest = rest[1..];

    [GeneratedRegex(
        @"[-−(0-9][-+−–*/^×÷·:().,0-9\s]*[0-9)]",
        RegexOptions.None,
        matchTimeoutMilliseconds: 500
    )]
    private static partial Regex Candidate();
}
