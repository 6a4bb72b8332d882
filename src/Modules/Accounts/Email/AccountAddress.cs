using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;
using Npgsql;

namespace NetRoom.Accounts.Email;

internal static class AccountAddress
{
    /// <summary>The account, locked until the end of the transaction.</summary>
    public static Task<Account> LockAccountAsync(
        this NetRoomDb db,
        Guid accountId,
        CancellationToken cancel
    ) =>
        db.Set<Account>()
            .FromSql($"SELECT * FROM accounts.account WHERE id = {accountId} FOR UPDATE")
            .SingleAsync(cancel);

    /// <summary>
    /// In the open transaction: makes this the account's address and, where it has a password, its name to sign in by. False when another
    /// account signs in by it; the transaction is then over.
    /// </summary>
    public static async Task<bool> TakeAddressAsync(
        this NetRoomDb db,
        Guid accountId,
        EmailAddress email,
        DateTimeOffset? provenAt,
        CancellationToken cancel
    )
    {
        try
        {
            await db.Set<Identity>()
                .Where(row => row.AccountId == accountId && row.Provider == Identity.ByEmail)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.Subject, email.Key), cancel);
        }
        catch (PostgresException failure)
            when (failure.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }

        await db.Set<Account>()
            .Where(row => row.Id == accountId)
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(it => it.Email, email.Display)
                        .SetProperty(it => it.EmailProvenAt, provenAt),
                cancel
            );
        return true;
    }
}
