using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Events;

namespace NetRoom.Api.Keys;

/// <summary>Whoever used the account before its owner proved to be the owner may have made keys: none of them is kept. A blocked account keeps none either.</summary>
internal sealed class RevokeReclaimed(NetRoomDb db, TimeProvider clock)
    : IEventHandler<AccountReclaimed>,
        IEventHandler<AccountBlocked>
{
    public Task HandleAsync(AccountReclaimed news, CancellationToken cancel) =>
        RevokeAsync(news.AccountId, cancel);

    public Task HandleAsync(AccountBlocked news, CancellationToken cancel) =>
        RevokeAsync(news.AccountId, cancel);

    private Task<int> RevokeAsync(Guid accountId, CancellationToken cancel) =>
        db.Set<ApiKey>()
            .Where(key => key.AccountId == accountId && key.RevokedAt == null)
            .ExecuteUpdateAsync(
                key => key.SetProperty(row => row.RevokedAt, clock.GetUtcNow()),
                cancel
            );
}
