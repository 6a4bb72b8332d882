using System.Security.Cryptography;
using System.Text;

namespace NetRoom.Sandbox.Anthropic;

/// <summary>Signs thinking, so that a block sent back changed is noticed. Not a secret: the sandbox guards nothing.</summary>
internal static class Signature
{
    private const string Mark = "Sb1";

    public static string Of(string thinking) =>
        Mark + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(thinking)));

    /// <summary>Omitted thinking comes back empty, with the signature of what was not shown: any of ours will do.</summary>
    public static bool Fits(string thinking, string? signature) =>
        signature is not null
        && (
            thinking.Length == 0
                ? signature.StartsWith(Mark, StringComparison.Ordinal)
                : signature == Of(thinking)
        );
}
