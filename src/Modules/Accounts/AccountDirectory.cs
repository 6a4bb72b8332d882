using Microsoft.EntityFrameworkCore;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts;

internal sealed class AccountDirectory(NetRoomDb db) : IAccountDirectory
{
    public async Task<Guid?> FindByEmailAsync(string email, CancellationToken cancel)
    {
        if (!EmailAddress.TryParse(email, out var address))
            return null;
        return await db.Set<Identity>()
            .Where(row => row.Provider == Identity.ByEmail && row.Subject == address.Key)
            .Select(row => (Guid?)row.AccountId)
            .SingleOrDefaultAsync(cancel);
    }

    public async Task<IReadOnlyDictionary<Guid, string>> LabelsAsync(
        IReadOnlyCollection<Guid> accountIds,
        CancellationToken cancel
    ) =>
        accountIds.Count == 0
            ? new Dictionary<Guid, string>()
            : await db.Set<Account>()
                .Where(row => accountIds.Contains(row.Id))
                .ToDictionaryAsync(row => row.Id, row => row.Email ?? row.Name, cancel);
}
