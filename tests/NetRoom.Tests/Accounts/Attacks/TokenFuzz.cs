using System.Security.Cryptography;
using NetRoom.Accounts.Sessions;
using NetRoom.Kernel;

namespace NetRoom.Tests.Accounts.Attacks;

/// <summary>Reads mutants of good access tokens. None may be accepted, none may throw.</summary>
internal static class TokenFuzz
{
    /// <summary>The mutants that were accepted, with luck none.</summary>
    public static IReadOnlyList<string> Accepted(int count, int seed)
    {
        var codec = new AccessTokenCodec(TimeProvider.System);
        // Two keys of one ring, as after a rotation, and one that was never ours.
        SigningKey[] ring = [NewKey("k1"), NewKey("k2")];
        string[] good =
        [
            codec.Write(NewHolder("person"), ring[0]),
            codec.Write(NewHolder("person"), ring[1]),
            codec.Write(NewHolder("owner"), ring[1]),
        ];
        if (good.Any(token => Read(token) is null))
            throw new InvalidOperationException("A good token was refused.");
        string[] seeds = [.. good, codec.Write(NewHolder("owner"), NewKey("k1"))];
        return [.. Mutants.Of(seeds, count, seed).Where(mutant => Read(mutant) is not null)];

        AccessToken? Read(string token)
        {
            _ = AccessTokenCodec.KeyIdOf(token);
            return codec.Read(token, id => Array.Find(ring, key => key.Id == id));
        }
    }

    private static SigningKey NewKey(string id) => new(id, RandomNumberGenerator.GetBytes(32));

    private static Holder NewHolder(string role) =>
        new(Ids.New(), Ids.New(), "a@example.com", "en", true, role, SecondFactor: false);
}
