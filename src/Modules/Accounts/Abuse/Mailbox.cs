namespace NetRoom.Accounts.Abuse;

/// <summary>
/// The mailbox behind an address: providers let one box be written in many ways. Only for comparing; letters go to the address as typed.
/// </summary>
internal static class Mailbox
{
    private static readonly Dictionary<string, Provider> Providers = new(StringComparer.Ordinal)
    {
        ["gmail.com"] = Provider.Gmail,
        ["googlemail.com"] = Provider.Gmail,
        ["yandex.ru"] = Provider.Yandex,
        ["yandex.com"] = Provider.Yandex,
        ["yandex.by"] = Provider.Yandex,
        ["yandex.kz"] = Provider.Yandex,
        ["yandex.ua"] = Provider.Yandex,
        ["ya.ru"] = Provider.Yandex,
        ["narod.ru"] = Provider.Yandex,
        ["proton.me"] = Provider.Proton,
        ["protonmail.com"] = Provider.Proton,
        ["pm.me"] = Provider.Proton,
        ["icloud.com"] = Provider.ICloud,
        ["me.com"] = Provider.ICloud,
        ["mac.com"] = Provider.ICloud,
    };

    private enum Provider
    {
        Gmail,
        Yandex,
        Proton,
        ICloud,
    }

    public static string KeyOf(EmailAddress email)
    {
        // A tag after a plus is a way of many providers, and of none a way to tell people apart.
        var local = email.Local.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus
            ? email.Local[..plus]
            : email.Local;
        if (!Providers.TryGetValue(email.Domain, out var provider))
            return $"{local}@{email.Domain}";
        return provider switch
        {
            Provider.Gmail => Without(local, '.') + "@gmail.com",
            // One login, written with a point or a hyphen.
            Provider.Yandex => local.Replace('.', '-') + "@yandex.ru",
            Provider.Proton => Without(local, '.', '-', '_') + "@proton.me",
            Provider.ICloud => local + "@icloud.com",
        };
    }

    private static string Without(string text, params ReadOnlySpan<char> letters)
    {
        var kept = text;
        foreach (var letter in letters)
            kept = kept.Replace(letter.ToString(), "", StringComparison.Ordinal);
        return kept;
    }
}
