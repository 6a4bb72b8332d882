using System.Data.Common;
using NetRoom.Kernel;

namespace NetRoom.Billing.Statements;

/// <summary>Columns that may be empty.</summary>
internal static class Columns
{
    public static string? Text(this DbDataReader row, int at) =>
        row.IsDBNull(at) ? null : row.GetString(at);

    public static long? Number(this DbDataReader row, int at) =>
        row.IsDBNull(at) ? null : row.GetInt64(at);

    public static Guid? Id(this DbDataReader row, int at) =>
        row.IsDBNull(at) ? null : row.GetGuid(at);

    public static Money Money(this DbDataReader row, int at) => new(row.GetInt64(at));

    public static DateTimeOffset Time(this DbDataReader row, int at) =>
        row.GetFieldValue<DateTimeOffset>(at);

    /// <summary>Null for never, which the ledger keeps as infinity.</summary>
    public static DateTimeOffset? Term(this DbDataReader row, int at) =>
        row.IsDBNull(at) || row.Time(at) == DateTimeOffset.MaxValue ? null : row.Time(at);

    public static TEnum Word<TEnum>(this DbDataReader row, int at)
        where TEnum : struct, Enum => Enum.Parse<TEnum>(row.GetString(at));

    public static ProductName? Name(this DbDataReader row, int english, int russian) =>
        row.IsDBNull(english) ? null : new(row.GetString(english), row.GetString(russian));
}

/// <summary>What a pack or a plan is called, whatever became of its version.</summary>
public sealed record ProductName(string English, string Russian)
{
    public string In(string language) => language == "ru" ? Russian : English;
}
