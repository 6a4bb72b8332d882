using NetRoom.Kernel;

namespace NetRoom.Accounts.Entry;

/// <summary>What every sign-up asks for, whatever the way in; checkboxes send "yes".</summary>
public record NewcomerForm
{
    public string? Terms { get; init; }
    public string? PersonalData { get; init; }
    public string? Age { get; init; }

    /// <summary>Letters about news; nobody needs to want them.</summary>
    public string? Marketing { get; init; }
    public string? ReturnUrl { get; init; }
}

/// <summary>What is wrong with it, field by field.</summary>
public record ConsentProblems
{
    public Problem? Form { get; init; }
    public Problem? Terms { get; init; }
    public Problem? PersonalData { get; init; }
    public Problem? Age { get; init; }

    public static ConsentProblems Of(NewcomerForm form) =>
        new()
        {
            Terms = form.Terms == "yes" ? null : Invalid("accounts.terms_needed"),
            PersonalData =
                form.PersonalData == "yes" ? null : Invalid("accounts.personal_data_needed"),
            Age = form.Age is Ages.Adult or Ages.Guardian ? null : Invalid("accounts.age_needed"),
        };

    public virtual bool Any => (Form ?? Terms ?? PersonalData ?? Age) is not null;

    private static Problem Invalid(string code) => new(ProblemKind.Invalid, code);
}
