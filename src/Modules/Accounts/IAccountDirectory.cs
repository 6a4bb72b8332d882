namespace NetRoom.Accounts;

/// <summary>Who is behind an id, for the pages of the owners.</summary>
public interface IAccountDirectory
{
    /// <summary>The account that signs in with this address, as typed; null if there is none.</summary>
    Task<Guid?> FindByEmailAsync(string email, CancellationToken cancel);

    /// <summary>What those of the accounts that there are are called: the address, else the name.</summary>
    Task<IReadOnlyDictionary<Guid, string>> LabelsAsync(
        IReadOnlyCollection<Guid> accountIds,
        CancellationToken cancel
    );
}
