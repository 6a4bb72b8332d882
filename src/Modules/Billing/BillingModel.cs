using Microsoft.EntityFrameworkCore;
using NetRoom.Billing.Ledger;
using NetRoom.Kernel.Data;

namespace NetRoom.Billing;

/// <summary>Only what the pages read; the rest of the schema belongs to its functions.</summary>
internal sealed class BillingModel : IModelPart
{
    private const string Schema = "billing";

    public void Build(ModelBuilder model)
    {
        model.Entity<WalletRow>().ToTable("wallet", Schema);
        model.Entity<LotRow>(lot =>
        {
            lot.ToTable("lot", Schema);
            lot.Property(row => row.Class).HasConversion<short>();
        });
        model.Entity<HoldRow>(hold =>
        {
            hold.ToTable("hold", Schema);
            hold.Property(row => row.State).HasConversion<short>();
            hold.Property(row => row.Kind).HasConversion<short>();
            hold.Property(row => row.Lines).HasColumnType("jsonb");
            hold.Property(row => row.Category).HasConversion<string>();
        });
        model.Entity<TransferRow>(transfer =>
        {
            transfer.ToTable("transfer", Schema);
            transfer.Property(row => row.Kind).HasConversion<string>();
        });
        model.Entity<PostingRow>(posting =>
        {
            posting.ToTable("posting", Schema);
            posting.HasKey(row => new { row.TransferId, row.Seq });
            posting.Property(row => row.Dr).HasConversion<short>();
            posting.Property(row => row.Cr).HasConversion<short>();
        });
    }
}
