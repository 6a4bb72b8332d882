using Microsoft.EntityFrameworkCore;
using NetRoom.Api.Keys;
using NetRoom.Kernel.Data;

namespace NetRoom.Api;

internal sealed class ApiModel : IModelPart
{
    public const string Schema = "api";

    public void Build(ModelBuilder model) =>
        model.Entity<ApiKey>(key =>
        {
            key.ToTable("key", Schema);
            key.Property(row => row.Id).ValueGeneratedNever();
            key.Property(row => row.Scopes).HasConversion<int>();
            key.Property(row => row.Models).HasColumnType("text[]");
            key.HasIndex(row => row.Hash).IsUnique();
        });
}
