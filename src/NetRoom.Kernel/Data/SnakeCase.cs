using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace NetRoom.Kernel.Data;

/// <summary>Tables and columns are named as PostgreSQL likes them; EF has no such convention of its own.</summary>
internal static class SnakeCase
{
    public static void UseSnakeCase(this ModelBuilder model)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            entity.SetTableName(Of(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(
                    Of(
                        property.GetColumnName(
                            StoreObjectIdentifier.Table(entity.GetTableName()!, entity.GetSchema())
                        )!
                    )
                );
        }
    }

    private static string Of(string name) =>
        string.Concat(
                name.Select(
                    (letter, at) => char.IsUpper(letter) && at > 0 ? $"_{letter}" : $"{letter}"
                )
            )
            .ToLowerInvariant();
}
