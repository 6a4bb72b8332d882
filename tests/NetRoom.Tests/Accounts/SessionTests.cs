using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts;

[Collection(PostgresCollection.Name)]
public sealed class SessionTests(Postgres postgres) : IAsyncLifetime
{
    private static readonly Client Phone = Client.Of(
        "Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36",
        IPAddress.Parse("203.0.113.7")
    );
    private static readonly Client Thief = Client.Of("curl/8.5", IPAddress.Parse("198.51.100.9"));
    private readonly TestClock clock = new();
    private TestDatabase database = null!;

    public async Task InitializeAsync() =>
        database = await postgres.CreateAsync(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
            services.AddOptions();
            services.AddAccountsData();
        });

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task A_refresh_token_is_exchanged_for_the_next_one()
    {
        var session = await StartAsync();
        var next = await RotateAsync(session.Refresh);
        next.ShouldNotBeNull().Holder.SessionId.ShouldBe(session.Id);
        clock.Pass(TimeSpan.FromMinutes(10));
        (await RotateAsync(next.Refresh)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Two_tabs_at_once_get_the_same_successor()
    {
        var session = await StartAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => RotateAsync(session.Refresh))
        );
        answers.Select(answer => answer!.Refresh.ToCookie()).Distinct().Count().ShouldBe(1);
        (await database.ScalarAsync<long>("SELECT count(*) FROM accounts.refresh_token")).ShouldBe(
            2
        );
        (await IsLiveAsync(session.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_lost_answer_is_given_again_within_ten_seconds()
    {
        var session = await StartAsync();
        var lost = await RotateAsync(session.Refresh);
        clock.Pass(TimeSpan.FromSeconds(9));
        var again = await RotateAsync(session.Refresh);
        again!.Refresh.ToCookie().ShouldBe(lost!.Refresh.ToCookie());
        clock.Pass(TimeSpan.FromSeconds(1));
        (await RotateAsync(session.Refresh)).ShouldBeNull();
    }

    [Fact]
    public async Task A_stolen_token_ends_the_session_for_both()
    {
        var session = await StartAsync();
        var next = await RotateAsync(session.Refresh);
        clock.Pass(TimeSpan.FromMinutes(3));
        (await RotateAsync(session.Refresh, Thief)).ShouldBeNull();
        (await RotateAsync(next!.Refresh)).ShouldBeNull();
        (await IsLiveAsync(session.Id)).ShouldBeFalse();
        (await database.ScalarAsync<string>("SELECT end_reason FROM accounts.session")).ShouldBe(
            "refresh token reused"
        );
    }

    [Fact]
    public async Task Another_client_gets_no_grace()
    {
        var session = await StartAsync();
        await RotateAsync(session.Refresh);
        (await RotateAsync(session.Refresh, Thief)).ShouldBeNull();
        (await IsLiveAsync(session.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_token_whose_successor_was_used_gets_no_grace()
    {
        var session = await StartAsync();
        var next = await RotateAsync(session.Refresh);
        await RotateAsync(next!.Refresh);
        (await RotateAsync(session.Refresh)).ShouldBeNull();
        (await IsLiveAsync(session.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_guessed_token_harms_nobody()
    {
        var session = await StartAsync();
        (await RotateAsync(RefreshSecret.New())).ShouldBeNull();
        (await IsLiveAsync(session.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_ends_after_thirty_idle_days()
    {
        var session = await StartAsync();
        clock.Pass(TimeSpan.FromDays(30));
        (await RotateAsync(session.Refresh)).ShouldBeNull();
    }

    [Fact]
    public async Task A_session_ends_after_ninety_days_however_busy()
    {
        var session = await StartAsync();
        var (refresh, days) = (session.Refresh, 0);
        for (; await RotateAsync(refresh) is { } next; days += 10)
        {
            refresh = next.Refresh;
            clock.Pass(TimeSpan.FromDays(10));
        }

        days.ShouldBe(90);
        (await IsLiveAsync(session.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_ended_session_has_no_tokens()
    {
        var session = await StartAsync();
        await Service<LiveSessions>().EndAsync(session.Id, "test", CancellationToken.None);
        (await IsLiveAsync(session.Id)).ShouldBeFalse();
        (await RotateAsync(session.Refresh)).ShouldBeNull();
    }

    [Fact]
    public async Task The_eleventh_session_ends_the_one_that_was_idle_longest()
    {
        var account = await AccountAsync();
        var sessions = new List<StartedSession>();
        for (var at = 0; at < 11; at++)
        {
            sessions.Add(await StartAsync(account));
            clock.Pass(TimeSpan.FromMinutes(1));
        }

        (await IsLiveAsync(sessions[0].Id)).ShouldBeFalse();
        foreach (var session in sessions[1..])
            (await IsLiveAsync(session.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_database_holds_nothing_that_signs_anyone_in()
    {
        var session = await StartAsync();
        var next = await RotateAsync(session.Refresh);
        var dump = await database.ScalarAsync<string>(
            "SELECT string_agg(t::text, '') FROM accounts.refresh_token t"
        );
        foreach (var refresh in new[] { session.Refresh, next!.Refresh })
        {
            var bits = System.Buffers.Text.Base64Url.DecodeFromChars(refresh.ToCookie());
            dump.ShouldNotContain(Convert.ToHexStringLower(bits));
        }
    }

    [Fact]
    public async Task Tokens_of_one_node_are_read_by_another_and_through_a_change_of_key()
    {
        var protection = Service<IDataProtectionProvider>();
        var source = Service<Npgsql.NpgsqlDataSource>();
        using var here = new SigningKeys(source, protection, clock);
        using var there = new SigningKeys(source, protection, clock);
        var keys = await Task.WhenAll(here.CurrentAsync(), there.CurrentAsync());
        keys[0].Id.ShouldBe(keys[1].Id);
        clock.Pass(TimeSpan.FromDays(31));
        var renewed = await here.CurrentAsync();
        renewed.Id.ShouldNotBe(keys[0].Id);
        (await there.FindAsync(renewed.Id)).ShouldNotBeNull().Secret.ShouldBe(renewed.Secret);
        (await there.FindAsync(keys[0].Id)).ShouldNotBeNull();
        (await there.FindAsync("unknown")).ShouldBeNull();
        (await database.ScalarAsync<long>("SELECT count(*) FROM accounts.signing_key")).ShouldBe(2);
    }

    private T Service<T>()
        where T : notnull => database.Services.GetRequiredService<T>();

    private Task<Renewed?> RotateAsync(RefreshSecret refresh, Client? client = null) =>
        Service<RotateRefreshToken>().RunAsync(refresh, client ?? Phone);

    private Task<bool> IsLiveAsync(Guid session) =>
        Service<LiveSessions>().IsLiveAsync(session, CancellationToken.None);

    private Task<Account> AccountAsync() =>
        database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoomDb>();
            var account = new Account
            {
                Id = Ids.New(),
                Email = "a@example.com",
                Language = "en",
                Role = Roles.Person,
                Age = Ages.Adult,
                CreatedAt = clock.GetUtcNow(),
            };
            db.Add(account);
            await db.SaveChangesAsync();
            return account;
        });

    private async Task<StartedSession> StartAsync(Account? known = null)
    {
        var account = known ?? await AccountAsync();
        return await database.InScopeAsync(async services =>
        {
            var start = services.GetRequiredService<StartSession>();
            var session = start.Add(account.Id, new Proof(Identity.ByEmail), Phone);
            await services.GetRequiredService<NetRoomDb>().SaveChangesAsync();
            await start.EndSurplusAsync(account.Id, CancellationToken.None);
            return session;
        });
    }
}
