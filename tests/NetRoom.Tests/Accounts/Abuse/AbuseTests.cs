using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Accounts.Abuse;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts.Abuse;

/// <summary>What speaks for a second account, and how much.</summary>
[Collection(PostgresCollection.Name)]
public sealed class AbuseTests(Postgres postgres) : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private TestDatabase database = null!;

    public async Task InitializeAsync() =>
        database = await postgres.CreateAsync(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
            services.AddOptions();
            services.AddLocalization();
            services.AddAccountsData();
        });

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task A_first_account_has_nothing_against_it()
    {
        var verdict = await RegisterAsync(new("anna@example.com", Ids.New(), "D5E6F7"));
        verdict.Score.ShouldBe(0);
        verdict.Withheld.ShouldBeFalse();
        (await CountAsync("abuse_verdict")).ShouldBe(0);
    }

    [Theory]
    [InlineData("mailbox", 100)]
    [InlineData("device", 60)]
    [InlineData("telegram", 100)]
    public async Task One_mailbox_one_device_or_one_Telegram_account_is_one_person(
        string same,
        int score
    )
    {
        var first = new AbuseTraces("anna@example.com", Ids.New(), null, "42");
        await RegisterAsync(first);
        var second = await RegisterAsync(
            new(
                same == "mailbox" ? first.Mailbox : "boris@example.com",
                same == "device" ? first.Device : Ids.New(),
                null,
                same == "telegram" ? first.TelegramId : "43"
            )
        );
        second.Reasons.ShouldBe([same]);
        second.Score.ShouldBe(score);
        second.Withheld.ShouldBeTrue();
    }

    [Fact]
    public async Task A_network_alone_never_decides_and_counts_a_day()
    {
        for (var i = 0; i < 12; i++)
            (await RegisterAsync(Somebody())).Withheld.ShouldBeFalse();
        (await RegisterAsync(Somebody())).Score.ShouldBe(40);
        clock.Pass(TimeSpan.FromDays(1.1));
        (await RegisterAsync(Somebody())).Score.ShouldBe(0);
    }

    [Fact]
    public void Behind_a_proxy_or_on_one_machine_the_network_says_nothing()
    {
        Traces("10.0.0.7").Network.ShouldBeNull();
        Traces("127.0.0.1").Network.ShouldBeNull();
        Traces("93.184.216.34").Network.ShouldBe("5DB8D8");

        static AbuseTraces Traces(string ip) =>
            AbuseTraces.Of(Client.Of("", IPAddress.Parse(ip)), Ids.New(), email: null);
    }

    [Fact]
    public async Task Of_ten_registrations_of_one_mailbox_at_one_moment_one_is_the_first()
    {
        var verdicts = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ => RegisterAsync(new("anna@example.com", Ids.New(), null)))
        );
        verdicts.Count(verdict => !verdict.Withheld).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_kept_names_nobody_and_goes_after_its_term()
    {
        await RegisterAsync(new("anna@example.com", Ids.New(), "5DB8D8"));
        (
            await database.ScalarAsync<bool>(
                "SELECT bool_and(octet_length(hash) = 32 AND hash <> sha256('mailbox anna@example.com') AND hash <> sha256('network 5DB8D8')) FROM accounts.abuse_signal"
            )
        ).ShouldBeTrue();
        clock.Pass(TimeSpan.FromDays(364));
        await SweepAsync();
        (await CountAsync("abuse_signal")).ShouldBe(3);
        clock.Pass(TimeSpan.FromDays(2));
        await SweepAsync();
        (await CountAsync("abuse_signal")).ShouldBe(0);
    }

    [Fact]
    public async Task A_card_seen_on_two_accounts_brings_the_second_to_the_queue_once_and_takes_nothing()
    {
        var (first, second) = (Ids.New(), Ids.New());
        await RegisterAsync(new("anna@example.com"), first);
        await RegisterAsync(new("boris@example.com"), second);
        await SawAsync(first);
        (await CountAsync("abuse_verdict")).ShouldBe(0);
        await SawAsync(second);
        await SawAsync(second);
        (
            await database.ScalarAsync<string>(
                "SELECT concat_ws(' ', account_id, score, reasons[1], withheld) FROM accounts.abuse_verdict"
            )
        ).ShouldBe($"{second} 100 payment f");

        Task SawAsync(Guid account) =>
            database.InScopeAsync(services =>
                services
                    .GetRequiredService<IPersonSignals>()
                    .SawAsync(account, PersonSignal.PaymentInstrument, "fp_1", default)
            );
    }

    private static AbuseTraces Somebody() => new($"{Ids.New():n}@example.com", Ids.New(), "5DB8D8");

    private Task<Verdict> RegisterAsync(AbuseTraces traces, Guid? accountId = null) =>
        database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoomDb>();
            var id = accountId ?? Ids.New();
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Add(
                new Account
                {
                    Id = id,
                    Email = $"{id:n}@example.com",
                    Language = "en",
                    Role = Roles.Person,
                    Age = Ages.Adult,
                    CreatedAt = clock.GetUtcNow(),
                }
            );
            var verdict = await services
                .GetRequiredService<AbuseCheck>()
                .JudgeAsync(id, traces, default);
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            return verdict;
        });

    private Task SweepAsync() =>
        database.InScopeAsync(services =>
            ActivatorUtilities.CreateInstance<SweepSignals>(services).Execute(null!).AsTask()
        );

    private Task<long> CountAsync(string table) =>
        database.ScalarAsync<long>($"SELECT count(*) FROM accounts.{table}");
}
