namespace NetRoom.Sandbox;

/// <summary>Keys of the sandbox: whatever begins with <c>sandbox-</c>, so that no real key is ever accepted or kept.</summary>
internal static class SandboxKey
{
    private const string Beginning = "sandbox-";
    private const int Longest = 64;

    public static string? Of(string sent)
    {
        var key = sent.Trim();
        return key.StartsWith(Beginning, StringComparison.Ordinal)
            ? key[..Math.Min(key.Length, Longest)]
            : null;
    }
}
