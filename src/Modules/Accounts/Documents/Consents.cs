using Microsoft.Extensions.Caching.Memory;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Texts;
using Npgsql;

namespace NetRoom.Accounts.Documents;

/// <summary>What one person has agreed to, by document: the code of the version. Withdrawn is as never given.</summary>
internal sealed record Agreed(IReadOnlyDictionary<string, string> Versions)
{
    public bool Covers(LegalDocument document) =>
        Versions.TryGetValue(document.Name, out var code)
        && string.CompareOrdinal(code, document.Code) >= 0;
}

/// <summary>
/// Who has agreed to what. That somebody has agreed to everything there is stays true until a new version comes, or they withdraw, so it
/// is remembered for a minute; anything less is asked of the database each time.
/// </summary>
internal sealed class Consents(
    NpgsqlDataSource source,
    LegalDocuments documents,
    TimeProvider clock
) : IConsentGate, IDisposable
{
    private const int MostRemembered = 100_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);
    private readonly MemoryCache complete = new(
        new MemoryCacheOptions { SizeLimit = MostRemembered }
    );

    /// <summary>The required documents whose newest version, in effect or announced, the person has not accepted.</summary>
    public async ValueTask<IReadOnlyList<LegalDocument>> OutstandingAsync(
        Guid accountId,
        CancellationToken cancel
    )
    {
        if (complete.TryGetValue(accountId, out _))
            return [];
        var agreed = await AgreedAsync(accountId, cancel);
        var outstanding = documents.Newest().Where(document => !agreed.Covers(document)).ToList();
        if (outstanding.Count == 0)
            complete.Set(
                accountId,
                true,
                new MemoryCacheEntryOptions
                {
                    Size = 1,
                    AbsoluteExpirationRelativeToNow = Remembered,
                }
            );
        return outstanding;
    }

    /// <summary>Of the outstanding ones, whether one must be accepted before the account is used.</summary>
    public async ValueTask<bool> IsDueAsync(Guid accountId, CancellationToken cancel)
    {
        if ((await OutstandingAsync(accountId, cancel)).Count == 0)
            return false;
        var agreed = await AgreedAsync(accountId, cancel);
        return documents.Current().Any(document => !agreed.Covers(document));
    }

    public async ValueTask<bool> IsOpenAsync(Guid accountId, CancellationToken cancel) =>
        !await IsDueAsync(accountId, cancel) || !await HasHistoryAsync(accountId, cancel);

    public async Task<Agreed> AgreedAsync(Guid accountId, CancellationToken cancel)
    {
        await using var ask = source.CreateCommand(
            "SELECT document, version, decision FROM accounts.consent WHERE account_id = $1 ORDER BY decided_at, id"
        );
        ask.Parameters.Add(new() { Value = accountId });
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            var (document, version) = (rows.GetString(0), rows.GetString(1));
            switch (rows.GetString(2))
            {
                case Decisions.Accepted:
                    versions[document] = version;
                    break;
                case Decisions.Withdrawn:
                    versions.Remove(document);
                    break;
            }
        }

        return new Agreed(versions);
    }

    /// <summary>What a new account has agreed to; the caller saves it with the account.</summary>
    /// <param name="ageSentence">The declaration that was chosen, as it was shown.</param>
    public void AddAtSignUp(
        NetRoomDb db,
        Account account,
        string ageSentence,
        bool marketing,
        Client client
    )
    {
        var now = clock.GetUtcNow();
        db.AddRange(
            documents
                .Current()
                .Select(it => it.Decided(account.Id, Decisions.Accepted, client, now))
        );
        db.Add(
            Consent.Of(
                account.Id,
                Consent.Age,
                account.Age,
                Languages.Current,
                ageSentence,
                Decisions.Accepted,
                client,
                now
            )
        );
        if (marketing)
            db.Add(
                documents[LegalDocuments.Marketing]
                    .Decided(account.Id, Decisions.Accepted, client, now)
            );
    }

    /// <summary>After a decision that takes something back.</summary>
    public void Forget(Guid accountId) => complete.Remove(accountId);

    public void Dispose() => complete.Dispose();

    private async Task<bool> HasHistoryAsync(Guid accountId, CancellationToken cancel)
    {
        await using var ask = source.CreateCommand(
            "SELECT EXISTS (SELECT FROM accounts.consent WHERE account_id = $1)"
        );
        ask.Parameters.Add(new() { Value = accountId });
        return (bool)(await ask.ExecuteScalarAsync(cancel))!;
    }
}
