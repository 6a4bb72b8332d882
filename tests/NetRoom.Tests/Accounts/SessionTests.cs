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
    public async Task A_session_that_comes_from_another_network_and_browser_at_once_owes_a_proof()
    {
        var session = await StartAsync();
        var next = await RotateAsync(session.Refresh, Thief);
        next.ShouldNotBeNull();
        (await StateAsync(session.Id)).ShouldBe(SessionState.OwesProof);
        (await IsProvenAsync(session.Id)).ShouldBeFalse();
        clock.Pass(TimeSpan.FromMinutes(10));
        await RotateAsync(next.Refresh, Thief);
        (await StateAsync(session.Id)).ShouldBe(SessionState.OwesProof);
        (await NoticesAsync()).ShouldBe(["suspicious_session"]);

        await Service<LiveSessions>().ProveAsync(session.Id, false, CancellationToken.None);
        (await StateAsync(session.Id)).ShouldBe(SessionState.Open);
    }

    [Fact]
    public async Task A_journey_or_an_update_of_the_browser_owes_nothing()
    {
        var session = await StartAsync();
        var abroad = Client.Of(Phone.UserAgent, Thief.Ip);
        var updated = Client.Of(
            Phone.UserAgent.Replace("142.0", "143.0", StringComparison.Ordinal),
            IPAddress.Parse("2001:db8::1")
        );
        var (refresh, last) = (session.Refresh, Phone);
        foreach (var client in new[] { abroad, updated, Client.Of("curl/8.5", updated.Ip) })
        {
            last.HasJumpedTo(client).ShouldBeFalse();
            refresh = (await RotateAsync(refresh, client))!.Refresh;
            (await StateAsync(session.Id)).ShouldBe(SessionState.Open);
            last = client;
        }

        (await NoticesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.200.1", false)]
    [InlineData("203.0.113.7", "203.1.113.7", true)]
    [InlineData("::ffff:203.0.113.7", "203.0.114.7", false)]
    [InlineData("2001:db8:1::1", "2001:db8:2::1", false)]
    [InlineData("2001:db8:1::1", "2001:db9:1::1", true)]
    [InlineData("203.0.113.7", "2001:db8::1", true)]
    public void A_network_is_another_by_its_first_half(string from, string to, bool isAnother) =>
        Client
            .Of(Phone.UserAgent, IPAddress.Parse(from))
            .HasJumpedTo(Client.Of(Thief.UserAgent, IPAddress.Parse(to)))
            .ShouldBe(isAnother);

    [Fact]
    public async Task The_owner_of_a_stolen_token_is_told()
    {
        var session = await StartAsync();
        await RotateAsync(session.Refresh);
        clock.Pass(TimeSpan.FromMinutes(3));
        await RotateAsync(session.Refresh, Thief);
        await RotateAsync(session.Refresh, Thief);
        (await NoticesAsync()).ShouldBe(["token_reused"]);
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

    private async Task<bool> IsLiveAsync(Guid session) =>
        await Service<LiveSessions>().StateAsync(session, CancellationToken.None)
        != SessionState.Ended;

    private Task<SessionState> StateAsync(Guid session) =>
        Service<LiveSessions>().StateAsync(session, CancellationToken.None);

    private Task<bool> IsProvenAsync(Guid session) =>
        Service<LiveSessions>()
            .IsProvenAsync(session, TimeSpan.FromMinutes(10), CancellationToken.None);

    private Task<string[]> NoticesAsync() =>
        database.ScalarAsync<string[]>(
            "SELECT coalesce(array_agg(body ->> 'Kind'), '{}') FROM kernel.outbox WHERE topic LIKE '%SecurityNotice'"
        );

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
