using System.ComponentModel.DataAnnotations;

namespace NetRoom.Accounts;

/// <summary>Section "Accounts" of the configuration.</summary>
internal sealed class AccountsOptions
{
    public const string Section = "Accounts";

    /// <summary>Rounds of PBKDF2-SHA256 for new hashes. Lower it in tests only.</summary>
    [Range(1_000, Passwords.PasswordHash.MostIterations)]
    public int PasswordIterations { get; set; } = 600_000;

    /// <summary>How many sign-ins and sign-ups may wait for the hasher before the next is told to come back.</summary>
    [Range(1, 10_000)]
    public int HashQueue { get; set; } = 64;

    /// <summary>Sign-ups from one network (/24, or /64 of IPv6) in an hour.</summary>
    [Range(1, 1_000_000)]
    public int SignUpsPerHour { get; set; } = 60;

    /// <summary>Failed sign-ins from one network in ten minutes.</summary>
    [Range(1, 1_000_000)]
    public int FailuresPerTenMinutes { get; set; } = 20;

    /// <summary>Sessions of one account at once; a new one ends the least recently used.</summary>
    [Range(1, 1_000)]
    public int MostSessions { get; set; } = 10;

    /// <summary>
    /// Whoever has an address must prove it before anything else; otherwise proving is a person's own choice. Needs mail.
    /// </summary>
    public bool RequireProvenEmail { get; set; }

    /// <summary>Letters with a link that one network may ask for in an hour.</summary>
    [Range(1, 1_000_000)]
    public int LettersPerHour { get; set; } = 30;
}

/// <summary>Section "Operator": who runs this service and answers for it, named in the documents.</summary>
internal sealed class OperatorOptions
{
    public const string Section = "Operator";

    /// <summary>Null: "the operator of this service".</summary>
    public string? Name { get; set; }

    public string Email { get; set; } = "support@netroom.local";

    /// <summary>What the law wants beside the name: registration and tax numbers, the postal address. One line.</summary>
    public string? Details { get; set; }

    /// <summary>A folder with versions of the documents beside those of the program: terms/2027-01-15-en.md and -ru.md.</summary>
    public string? Documents { get; set; }

    /// <summary>As the documents name who runs the service.</summary>
    public string NameIn(string language)
    {
        var name =
            Name ?? (language == "ru" ? "оператор этого сервиса" : "the operator of this service");
        return string.IsNullOrWhiteSpace(Details) ? name : $"{name} ({Details.Trim()})";
    }
}
