using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts;

/// <summary>The address of a public page in the reader's language.</summary>
internal static class PublicPath
{
    public static string Of(string path) => Languages.Current == "ru" ? "/ru" + path : path;

    /// <summary>The sign-in or sign-up that will lead back to <paramref name="returnUrl"/>.</summary>
    public static string Of(string path, string? returnUrl) =>
        Of(path)
        + (
            Kernel.Http.LocalPath.IsLocal(returnUrl)
                ? $"?returnUrl={Uri.EscapeDataString(returnUrl!)}"
                : ""
        );
}
