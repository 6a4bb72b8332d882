namespace NetRoom.Accounts.WaysIn.Telegram;

/// <summary>Where a start parameter leads. It is signed, but chosen by whoever made the link: only places named here are gone to.</summary>
internal static class StartTarget
{
    private const string Chat = "c-";

    public static string Of(string? parameter) =>
        parameter switch
        {
            "balance" => "/balance",
            "plans" => "/balance/plans",
            "models" => "/models",
            "settings" => "/settings",
            { } other
                when other.StartsWith(Chat, StringComparison.Ordinal)
                    && Guid.TryParse(other[Chat.Length..], out var chat) => $"/c/{chat}",
            _ => "/",
        };
}
