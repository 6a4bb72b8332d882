using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace NetRoom.Kernel.Data;

/// <summary>A module's share of the one model: its entities in its own schema.</summary>
public interface IModelPart
{
    void Build(ModelBuilder model);
}

/// <summary>
/// The one context. Scoped; whoever opens a transaction on it shares it with every module called in the scope.
/// </summary>
public sealed class NetRoomDb(DbContextOptions<NetRoomDb> options, IEnumerable<IModelPart> parts)
    : DbContext(options)
{
    internal string PartNames { get; } =
        string.Join(',', parts.Select(part => part.GetType().FullName));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var part in parts)
            part.Build(modelBuilder);
        modelBuilder.UseSnakeCase();
    }

    /// <summary>After each transaction of this context; a statement that commits by itself has none.</summary>
    internal event EventHandler? Committed;

    internal void OnCommitted() => Committed?.Invoke(this, EventArgs.Empty);

    /// <summary>The open transaction, or null.</summary>
    public IDbContextTransaction? Transaction => Database.CurrentTransaction;

    /// <summary>
    /// A command on this context's connection, inside its transaction if one is open: the way of hot SQL.
    /// The connection is opened by the call and closed with the context.
    /// </summary>
    public async ValueTask<NpgsqlCommand> CommandAsync(string sql, CancellationToken cancel)
    {
        var connection = (NpgsqlConnection)Database.GetDbConnection();
        if (connection.State != System.Data.ConnectionState.Open)
            await Database.OpenConnectionAsync(cancel);
        return new NpgsqlCommand(
            sql,
            connection,
            (NpgsqlTransaction?)Transaction?.GetDbTransaction()
        );
    }
}
