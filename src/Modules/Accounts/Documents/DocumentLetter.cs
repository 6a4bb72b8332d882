using Microsoft.EntityFrameworkCore;

namespace NetRoom.Accounts.Documents;

/// <summary>A person has been told by letter of the documents that take effect on a day.</summary>
internal sealed class DocumentLetter
{
    public required Guid AccountId { get; init; }
    public required DateOnly Version { get; init; }
    public required DateTimeOffset QueuedAt { get; init; }

    public static void Build(ModelBuilder model) =>
        model.Entity<DocumentLetter>(letter =>
        {
            letter.ToTable("document_letter", AccountsModel.Schema);
            letter.HasKey(row => new { row.AccountId, row.Version });
            letter.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId);
        });
}
