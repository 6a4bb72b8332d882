using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace NetRoom.Kernel.Data;

/// <summary>Tells a context that its transaction was committed.</summary>
internal sealed class CommitNews : DbTransactionInterceptor
{
    public static CommitNews Instance { get; } = new();

    public override void TransactionCommitted(
        DbTransaction transaction,
        TransactionEndEventData eventData
    ) => ((NetRoomDb)eventData.Context!).OnCommitted();

    public override Task TransactionCommittedAsync(
        DbTransaction transaction,
        TransactionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        TransactionCommitted(transaction, eventData);
        return Task.CompletedTask;
    }
}
