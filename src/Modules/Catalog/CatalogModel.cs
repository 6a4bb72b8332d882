using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using NetRoom.Kernel.Data;

namespace NetRoom.Catalog;

/// <summary>Schema "catalog". The public records are the rows; what only the seed and the console need are shadow columns.</summary>
internal sealed class CatalogModel : IModelPart
{
    public const string Author = "Author";

    /// <summary>The author of what the seed wrote; anything else was set by a person.</summary>
    public const string SeedAuthor = "seed";

    public void Build(ModelBuilder model)
    {
        model.Entity<ProviderInfo>(provider => provider.ToTable("provider", "catalog"));
        model.Entity<ModelInfo>(row =>
        {
            row.ToTable("model", "catalog");
            row.Property(it => it.Group).HasConversion<string>();
            row.Property(it => it.Status).HasConversion<string>();
            row.Property(it => it.Efforts).HasColumnType("text[]");
            row.Property(it => it.Badges).HasColumnType("text[]");
            row.Property(it => it.Routes)
                .HasColumnType("jsonb")
                .HasConversion(
                    routes => JsonSerializer.Serialize(routes, JsonSerializerOptions.Web),
                    json =>
                        JsonSerializer.Deserialize<ModelRoute[]>(json, JsonSerializerOptions.Web)!,
                    new ValueComparer<IReadOnlyList<ModelRoute>>(
                        (one, other) => one!.SequenceEqual(other!),
                        routes => routes.Count,
                        routes => routes
                    )
                );
            row.Property<string>(Author).IsRequired();
        });
        model.Entity<PriceVersion>(row =>
        {
            row.ToTable("price_version", "catalog");
            row.Property(it => it.Id).ValueGeneratedNever();
            row.Property(it => it.Card)
                .HasColumnName("Rates")
                .HasColumnType("jsonb")
                .HasConversion(
                    card => RatesJson.Write(card),
                    json => RatesJson.Read(json),
                    new ValueComparer<RateCard>(
                        (one, other) => ReferenceEquals(one, other) || RatesJson.Same(one!, other!),
                        card => RatesJson.Write(card).GetHashCode(StringComparison.Ordinal),
                        card => card
                    )
                );
            row.Property<string>(PriceColumns.RoublesPerDollar).IsRequired();
            row.Property<string>(PriceColumns.MarginPercent).IsRequired();
            row.Property<string?>(PriceColumns.SourceUrl);
            row.Property<DateOnly?>(PriceColumns.CheckedOn);
            row.Property<string>(Author).IsRequired();
            row.Property<DateTimeOffset>(PriceColumns.CreatedAt);
            row.HasIndex(it => new { it.ModelId, it.ValidFrom });
        });
        model.Entity<Revision>(row => row.ToTable("revision", "catalog"));
    }
}

/// <summary>Columns of price_version beyond the public record.</summary>
internal static class PriceColumns
{
    public const string RoublesPerDollar = nameof(RoublesPerDollar);
    public const string MarginPercent = nameof(MarginPercent);
    public const string SourceUrl = nameof(SourceUrl);
    public const string CheckedOn = nameof(CheckedOn);
    public const string CreatedAt = nameof(CreatedAt);
}

/// <summary>The one row whose number moves with every change of the catalogue.</summary>
internal sealed record Revision(bool Id, long Number);
