using Microsoft.EntityFrameworkCore;
using NetRoom.Generation.Direct;
using NetRoom.Generation.Runs;
using NetRoom.Kernel.Data;

namespace NetRoom.Generation;

internal sealed class GenerationModel : IModelPart
{
    public void Build(ModelBuilder model)
    {
        model.Entity<Run>(run =>
        {
            run.ToTable("run", "generation");
            run.Property(row => row.Id).ValueGeneratedNever();
            run.Property(row => row.State).HasConversion<short>();
            run.Property(row => row.Usage).HasColumnType("jsonb");
            run.HasIndex(row => row.HoldId).IsUnique();
        });
        model.Entity<RunEventRow>(row =>
        {
            row.ToTable("event", "generation");
            row.HasKey(it => new { it.RunId, it.Seq });
            row.Property(it => it.Kind).HasConversion<short>();
        });
        model.Entity<Spend>(row =>
        {
            row.ToTable("spend", "generation");
            row.HasKey(it => it.CapId);
            row.Property(it => it.CapId).ValueGeneratedNever();
        });
    }
}
