using System.Globalization;

namespace NetRoom.Sandbox.SignIn;

/// <summary>Somebody who has an account at all three providers.</summary>
/// <param name="HostedDomain">Of an organisation whose mail Google serves; empty for none.</param>
internal sealed record SandboxPerson(
    long Id,
    string FirstName,
    string LastName,
    string Login,
    string Email,
    string HostedDomain,
    string Language
)
{
    public string Name => $"{FirstName} {LastName}";
    public string Subject => Id.ToString(CultureInfo.InvariantCulture);
}

internal static class SandboxPeople
{
    public static readonly SandboxPerson[] Known =
    [
        new(1001, "Анна", "Иванова", "anna_ivanova", "anna.ivanova@gmail.com", "", "ru"),
        new(1002, "Boris", "Smith", "boris_smith", "boris@mail.example", "", "en"),
        new(
            1003,
            "Carol",
            "Jones",
            "carol_jones",
            "carol@company.example",
            "company.example",
            "en"
        ),
    ];

    /// <summary>One of the known, or whoever the number means.</summary>
    public static SandboxPerson Find(string? id)
    {
        if (
            !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number == 0
        )
            return Known[0];
        return Array.Find(Known, person => person.Id == number)
            ?? new(number, "Person", id, $"person_{id}", $"person{id}@gmail.com", "", "en");
    }
}
