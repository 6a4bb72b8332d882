using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Notices;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts;

/// <summary>A kind of letter that a person may turn off, as its switch in the settings. A module that sends one adds it to the services.</summary>
/// <param name="Key">What <see cref="INotificationChoices.WantsAsync"/> is asked for.</param>
/// <param name="Text">In the reader's language.</param>
public sealed record NotificationKind(string Key, int Order, Func<IServiceProvider, string> Text)
{
    /// <summary>New versions of the documents.</summary>
    public const string Documents = "documents";
}

/// <summary>Which letters somebody wants. Security letters do not ask.</summary>
public interface INotificationChoices
{
    /// <summary>True unless the person turned this kind off.</summary>
    /// <param name="kind">The key of a <see cref="NotificationKind"/>.</param>
    Task<bool> WantsAsync(Guid accountId, string kind, CancellationToken cancel);
}

internal sealed class NotificationChoices(NetRoomDb db) : INotificationChoices
{
    public Task<bool> WantsAsync(Guid accountId, string kind, CancellationToken cancel) =>
        db.Set<NotificationOff>()
            .AllAsync(row => row.AccountId != accountId || row.Kind != kind, cancel);
}
