using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Consents;

/// <summary>The site of an operator who has published new terms and a new consent for the first of December.</summary>
public sealed class ConsentApp(Postgres postgres, params (string Name, string Value)[] settings)
    : IAsyncLifetime
{
    public const string NewTerms = "/terms/2026-12-01/";
    private readonly string folder = Directory
        .CreateTempSubdirectory("netroom-documents-")
        .FullName;

    internal AccountsApp App { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Publish(
            "terms",
            "en",
            "We may now sing.",
            "# Terms of Service\n\nWith songs by {operator}."
        );
        Publish("terms", "ru", "Теперь мы поём.", "# Условия использования\n\nС песнями.");
        Publish(
            "personal-data",
            "en",
            "Songs too.",
            "# Consent to the processing of personal data\n\nSongs."
        );
        Publish(
            "personal-data",
            "ru",
            "И песни.",
            "# Согласие на обработку персональных данных\n\nПесни."
        );
        App = new AccountsApp(postgres) { Settings = { ["Operator:Documents"] = folder } };
        foreach (var (name, value) in settings)
            App.Settings[name] = value;
        await App.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    internal static string NewEmail() => $"{Ids.New():n}@example.com";

    internal Task<string> OfAccountAsync(string email, string sql) =>
        App.Database.ScalarAsync<string>(
            $"SELECT coalesce(({sql} WHERE account_id = (SELECT id FROM accounts.account WHERE email = '{email}')), '')"
        );

    private void Publish(string name, string language, string changed, string text)
    {
        Directory.CreateDirectory(Path.Combine(folder, name));
        File.WriteAllText(
            Path.Combine(folder, name, $"2026-12-01-{language}.md"),
            $"---\nchanged: {changed}\n---\n{text}\n"
        );
    }
}
