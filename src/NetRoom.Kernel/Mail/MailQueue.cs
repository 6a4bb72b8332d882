using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using NetRoom.Kernel.Data;

namespace NetRoom.Kernel.Mail;

internal sealed class QueuedMail
{
    public required Guid Id { get; init; }

    /// <summary>Sealed: recipient and text.</summary>
    public required byte[] Content { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset NextAt { get; init; }
    public int Attempts { get; init; }
    public string? LastError { get; init; }
}

/// <summary>
/// Letters that wait to be sent, written with the facts they tell about: no commit, no letter. They leave soon after the commit and
/// arrive at least once; a second copy, after a failure at the wrong moment, has the same Message-ID.
/// </summary>
public sealed class MailQueue(
    NetRoomDb db,
    MailPump pump,
    LetterPrinter printer,
    IDataProtectionProvider protection,
    IOptions<MailOptions> options,
    TimeProvider clock
)
{
    /// <summary>Whether this service sends mail at all. Where it does not, pages say so and promise no letter.</summary>
    public bool IsOn => options.Value.IsOn;

    /// <summary>Adds the letter to the context; it is saved with everything else.</summary>
    /// <returns>False where the service sends no mail: nothing was added.</returns>
    public bool Add(Mail mail)
    {
        if (!IsOn)
            return false;
        var now = clock.GetUtcNow();
        db.Add(
            new QueuedMail
            {
                Id = Ids.New(),
                Content = SealedMail
                    .Protector(protection)
                    .Protect(JsonSerializer.SerializeToUtf8Bytes(mail)),
                CreatedAt = now,
                NextAt = now,
            }
        );
        // One of them is the commit, whether a transaction is open or not.
        db.SavedChanges += (_, _) => pump.Ring();
        db.Committed += (_, _) => pump.Ring();
        return true;
    }

    /// <inheritdoc cref="Add(Mail)"/>
    public async Task<bool> AddAsync(string to, Letter letter) =>
        IsOn && Add(await printer.PrintAsync(to, letter));
}

internal static class SealedMail
{
    public static IDataProtector Protector(IDataProtectionProvider protection) =>
        protection.CreateProtector("NetRoom.Kernel.Mail");

    /// <summary>Null when the key is gone.</summary>
    public static Mail? Open(this IDataProtector protector, byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<Mail>(protector.Unprotect(content));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
