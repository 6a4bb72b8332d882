using Npgsql;
using Quartz;

namespace NetRoom.Billing.Sweeping;

/// <summary>Every hour: books what has expired. It could not be spent since the instant of its expiry; this writes it down.</summary>
internal sealed class ExpireLots(NpgsqlDataSource source) : IJob
{
    public const string Hourly = "0 5 * * * ?";
    private const int WalletsAtOnce = 200;

    public async ValueTask Execute(
        IJobExecutionContext context,
        CancellationToken cancellationToken = default
    ) => await ExpireAsync(cancellationToken);

    /// <returns>Of how many wallets something expired.</returns>
    public async Task<int> ExpireAsync(CancellationToken cancel)
    {
        for (var all = 0; ; )
        {
            await using var command = source.CreateCommand("SELECT billing.expire($1)");
            command.Parameters.Add(new() { Value = WalletsAtOnce });
            var wallets = (int)(await command.ExecuteScalarAsync(cancel))!;
            if (wallets == 0)
                return all;
            all += wallets;
        }
    }
}
