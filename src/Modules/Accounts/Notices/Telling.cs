using System.Globalization;
using NetRoom.Accounts.Visits;

namespace NetRoom.Accounts.Notices;

internal static class Telling
{
    /// <summary>The notice of what this client did.</summary>
    public static SecurityNotice Did(
        this Client client,
        Guid accountId,
        string kind,
        DateTimeOffset at
    ) => new(accountId, kind, at, client.Name, client.Ip?.ToString());

    /// <summary>Texts come in this language until the end of the scope.</summary>
    public static IDisposable Speak(string language) => new Spoken(language);

    private sealed class Spoken : IDisposable
    {
        private readonly (CultureInfo Own, CultureInfo Ui) before = (
            CultureInfo.CurrentCulture,
            CultureInfo.CurrentUICulture
        );

        public Spoken(string language) =>
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(
                language
            );

        public void Dispose() =>
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
    }
}
