using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace NetRoom.Accounts.Abuse;

/// <summary>
/// Hashes of signals: HMAC-SHA256 with one key for all nodes. Mailboxes and networks are few enough to be guessed one by one, so a
/// plain hash would hide nothing.
/// </summary>
internal sealed class AbuseKey(NpgsqlDataSource source, IDataProtectionProvider protection)
{
    private const int Length = 32;
    private readonly IDataProtector protector = protection.CreateProtector(
        "NetRoom.Accounts.AbuseKey"
    );
    private byte[]? secret;

    public async Task<byte[]> HashAsync(string kind, string value, CancellationToken cancel)
    {
        secret ??= await ReadAsync(cancel);
        return HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{kind} {value}"));
    }

    private async Task<byte[]> ReadAsync(CancellationToken cancel)
    {
        await using var make = source.CreateCommand(
            "INSERT INTO accounts.abuse_key (id, secret) VALUES (1, $1) ON CONFLICT DO NOTHING"
        );
        make.Parameters.Add(
            new() { Value = protector.Protect(RandomNumberGenerator.GetBytes(Length)) }
        );
        await make.ExecuteNonQueryAsync(cancel);
        await using var ask = source.CreateCommand("SELECT secret FROM accounts.abuse_key");
        return protector.Unprotect((byte[])(await ask.ExecuteScalarAsync(cancel))!);
    }
}
