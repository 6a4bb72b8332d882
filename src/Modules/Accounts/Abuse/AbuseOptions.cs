using System.ComponentModel.DataAnnotations;

namespace NetRoom.Accounts.Abuse;

/// <summary>Section "Accounts:Abuse": when a new account gets no starter bonus by itself.</summary>
internal sealed class AbuseOptions
{
    public const string Section = "Accounts:Abuse";

    /// <summary>The score at which the bonus waits for an operator; 0: it never does.</summary>
    [Range(0, 1_000)]
    public int Threshold { get; set; } = 60;

    /// <summary>Registrations of one network in a day that mean nothing yet.</summary>
    [Range(0, 100_000)]
    public int NetworkFree { get; set; } = 3;

    /// <summary>Days that a signal is kept after it was last seen.</summary>
    [Range(1, 3_650)]
    public int Days { get; set; } = 365;
}
