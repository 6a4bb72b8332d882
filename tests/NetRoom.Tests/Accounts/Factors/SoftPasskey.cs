using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace NetRoom.Tests.Accounts.Factors;

/// <summary>An authenticator of WebAuthn in memory: one ES256 key for one site.</summary>
internal sealed class SoftPasskey(string origin) : IDisposable
{
    private const byte Present = 0x01;
    private const byte Verified = 0x04;
    private const byte Attested = 0x40;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private string handle = "";
    private uint count;

    public bool VerifiesPerson { get; set; } = true;

    /// <summary>A copy that does not know how often the key was used since.</summary>
    public uint Count
    {
        get => count;
        set => count = value;
    }

    public string Create(string options)
    {
        using var asked = JsonDocument.Parse(options);
        handle = asked.RootElement.GetProperty("user").GetProperty("id").GetString()!;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        byte[] cose =
        [
            0xA5,
            0x01,
            0x02,
            0x03,
            0x26,
            0x20,
            0x01,
            0x21,
            0x58,
            0x20,
            .. point.X!,
            0x22,
            0x58,
            0x20,
            .. point.Y!,
        ];
        byte[] data = [.. Head(Attested), .. new byte[16], 0, (byte)id.Length, .. id, .. cose];
        byte[] attestation =
        [
            0xA3,
            0x63,
            .. "fmt"u8,
            0x64,
            .. "none"u8,
            0x67,
            .. "attStmt"u8,
            0xA0,
            0x68,
            .. "authData"u8,
            0x58,
            (byte)data.Length,
            .. data,
        ];
        return Json(
            new
            {
                clientDataJSON = Text(ClientData("webauthn.create", asked)),
                attestationObject = Text(attestation),
                transports = new[] { "internal" },
            }
        );
    }

    public string Get(string options)
    {
        using var asked = JsonDocument.Parse(options);
        count++;
        var (data, client) = (Head(0), ClientData("webauthn.get", asked));
        return Json(
            new
            {
                clientDataJSON = Text(client),
                authenticatorData = Text(data),
                signature = Text(
                    key.SignData(
                        [.. data, .. SHA256.HashData(client)],
                        HashAlgorithmName.SHA256,
                        DSASignatureFormat.Rfc3279DerSequence
                    )
                ),
                userHandle = handle,
            }
        );
    }

    public void Dispose() => key.Dispose();

    private byte[] Head(byte flags)
    {
        var head = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(new Uri(origin).Host), head);
        head[32] = (byte)(flags | Present | (VerifiesPerson ? Verified : 0));
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(33), count);
        return head;
    }

    private byte[] ClientData(string type, JsonDocument asked) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                type,
                challenge = asked.RootElement.GetProperty("challenge").GetString(),
                origin,
                crossOrigin = false,
            }
        );

    private string Json(object response) =>
        JsonSerializer.Serialize(
            new
            {
                id = Text(id),
                rawId = Text(id),
                type = "public-key",
                clientExtensionResults = new { },
                response,
            }
        );

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
