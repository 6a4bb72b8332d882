using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;

namespace NetRoom.Api.Keys;

/// <summary>Whoever used the account before its owner proved to be the owner may have made keys: none of them is kept.</summary>
internal sealed class RevokeReclaimed(NetRoomDb db, TimeProvider clock)
    : IEventHandler<AccountReclaimed>
{
    public Task HandleAsync(AccountReclaimed news, CancellationToken cancel) =>
        db.Set<ApiKey>()
            .Where(key => key.AccountId == news.AccountId && key.RevokedAt == null)
            .ExecuteUpdateAsync(
                key => key.SetProperty(row => row.RevokedAt, clock.GetUtcNow()),
                cancel
            );
}
