namespace NetRoom.Kernel.Mail;

/// <summary>One letter to one person, ready to be sent.</summary>
/// <param name="To">One address, without a name.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The letter for programs that show no HTML; the same content.</param>
/// <exception cref="ArgumentException">A line break or another control character in the address or the subject.</exception>
public sealed record Mail(string To, string Subject, string Text, string Html)
{
    public string To { get; } = OneLine(To, nameof(To));

    public string Subject { get; } = OneLine(Subject, nameof(Subject));

    /// <summary>Nothing of a letter gets into a log by way of a record's own text.</summary>
    public override string ToString() => nameof(Mail);

    private static string OneLine(string text, string name) =>
        text.Any(char.IsControl)
            ? throw new ArgumentException("It must be one line without control characters.", name)
            : text;
}
