namespace NetRoom.Accounts;

/// <summary>Who is behind an id, for the pages of the owners.</summary>
public interface IAccountDirectory
{
    /// <summary>The account that signs in with this address, as typed; null if there is none.</summary>
    Task<Guid?> FindByEmailAsync(string email, CancellationToken cancel);

    /// <summary>The addresses of those of the accounts that there are.</summary>
    Task<IReadOnlyDictionary<Guid, string>> EmailsAsync(
        IReadOnlyCollection<Guid> accountIds,
        CancellationToken cancel
    );
}
