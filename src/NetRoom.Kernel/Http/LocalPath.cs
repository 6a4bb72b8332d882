namespace NetRoom.Kernel.Http;

/// <summary>Where a form may send a person back to: a path of ours, never another site.</summary>
public static class LocalPath
{
    public static string OrHome(string? path) => IsLocal(path) ? path! : "/";

    public static bool IsLocal(string? path) =>
        path is ['/', ..]
        && path is not ['/', '/' or '\\', ..]
        && !path.Any(letter => char.IsControl(letter) || letter == '\\');
}
