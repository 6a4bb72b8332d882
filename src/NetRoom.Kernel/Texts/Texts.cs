using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace NetRoom.Kernel.Texts;

/// <summary>Where a module keeps the sentences of its problems: codes that begin with its name and a point.</summary>
public sealed record ProblemTexts(string Prefix, Type Resource);

/// <summary>Turns a problem into a sentence in the reader's language.</summary>
public sealed class ProblemSentences(
    IEnumerable<ProblemTexts> sources,
    IStringLocalizerFactory localizers
)
{
    private readonly Dictionary<string, IStringLocalizer> byPrefix = sources.ToDictionary(
        source => source.Prefix,
        source => localizers.Create(source.Resource)
    );

    public string Of(Problem problem)
    {
        var prefix = problem.Code.Split('.')[0];
        return byPrefix.TryGetValue(prefix, out var texts)
            ? texts[problem.Code, problem.Args]
            : problem.Code;
    }
}

public static class Languages
{
    public const string Default = "en";
    public static IReadOnlyList<string> All { get; } = ["en", "ru"];

    /// <summary>"en" or "ru", whatever the request's culture says.</summary>
    public static string Current =>
        CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is "ru" ? "ru" : Default;
}

public static class TextsRegistration
{
    /// <summary>Registers the resource of a module for its problem codes ("billing.…").</summary>
    public static IServiceCollection AddProblemTexts<TResource>(
        this IServiceCollection services,
        string prefix
    ) => services.AddSingleton(new ProblemTexts(prefix, typeof(TResource)));
}
