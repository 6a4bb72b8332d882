using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using NetRoom.Accounts.Passwords;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;
using NetRoom.Kernel.Texts;

namespace NetRoom.Accounts;

/// <summary>
/// The first owner: made once, with a random password that is written to a file only the operator can read, never to a log. More owners
/// are people whom somebody with the server's console has chosen.
/// </summary>
internal sealed partial class OwnerAccount(
    NetRoomDb db,
    Outbox outbox,
    PasswordHasher hasher,
    DataFolder folder,
    TimeProvider clock,
    ILogger<OwnerAccount> log
)
{
    public const string Email = "owner@netroom.local";
    public const string FileName = "owner-sign-in.txt";
    private const int PasswordLength = 20;
    private const long LockKey = 0x4E65_7452_6F6F_6D02;

    /// <summary>No letters that are taken for others.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public async Task EnsureAsync(CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Several nodes may start at once.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancel);
        if (await db.Set<Account>().AnyAsync(row => row.Role == Roles.Owner, cancel))
            return;
        var password = RandomNumberGenerator.GetString(Letters, PasswordLength);
        var hashed = await hasher.HashAsync(password, cancel);
        if (!hashed.Succeeded(out var hash, out _))
            throw new InvalidOperationException("The password hasher is busy at the start.");
        AddOwner(hash);
        await db.SaveChangesAsync(cancel);
        // Before the commit: an owner whose password was never told would be worse than a file without its owner.
        var file = Path.Combine(folder.Path, FileName);
        await WriteAsync(file, password, cancel);
        await transaction.CommitAsync(cancel);
        await outbox.DeliverNowAsync(cancel);
        Created(file);
    }

    /// <summary>Makes one more owner of a person who has signed up. False: there is no such person.</summary>
    public async Task<bool> PromoteAsync(string email, CancellationToken cancel)
    {
        if (!EmailAddress.TryParse(email, out var address))
            return false;
        return await db.Set<Account>()
                .Where(account =>
                    db.Set<Identity>()
                        .Any(row =>
                            row.AccountId == account.Id
                            && row.Provider == Identity.ByEmail
                            && row.Subject == address.Key
                        )
                )
                .ExecuteUpdateAsync(
                    account => account.SetProperty(row => row.Role, Roles.Owner),
                    cancel
                ) == 1;
    }

    private void AddOwner(string passwordHash)
    {
        var now = clock.GetUtcNow();
        var account = new Account
        {
            Id = Ids.New(),
            Email = Email,
            Language = Languages.Default,
            Role = Roles.Owner,
            Age = Ages.Adult,
            CreatedAt = now,
        };
        db.Add(account);
        db.Add(
            new Identity
            {
                Id = Ids.New(),
                AccountId = account.Id,
                Provider = Identity.ByEmail,
                Subject = Email,
                PasswordHash = passwordHash,
                CreatedAt = now,
            }
        );
        outbox.Add(new AccountCreated(account.Id, account.Language));
    }

    private static async Task WriteAsync(string file, string password, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // The mode is given when the file is made, so an old file goes first.
        File.Delete(file);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(file, options);
        await writer.WriteAsync($"email: {Email}\npassword: {password}\n".AsMemory(), cancel);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The owner's account is created; its sign-in is in {File}"
    )]
    private partial void Created(string file);
}
