using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Accounts.Entry;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Accounts;

[Collection(PostgresCollection.Name)]
public sealed class ThrottleTests(Postgres postgres) : IAsyncLifetime
{
    private static readonly EmailAddress Alice = new("a@example.com", "a@example.com");
    private readonly TestClock clock = new();
    private TestDatabase database = null!;
    private int lastHost;

    public async Task InitializeAsync() =>
        database = await postgres.CreateAsync(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddOptions();
            services.AddAccountsData();
        });

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Five_failures_are_free_then_the_wait_doubles_up_to_fifteen_minutes()
    {
        await FailAsync(Alice, 5);
        foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15, 15 })
        {
            (await TryAsync(Alice)).ShouldBe(TimeSpan.FromMinutes(minutes));
            clock.Pass(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            (await TryAsync(Alice)).ShouldBe(TimeSpan.FromSeconds(1));
            clock.Pass(TimeSpan.FromSeconds(1));
            (await TryAsync(Alice)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_hundred_guesses_at_once_on_any_number_of_nodes_are_five()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => TryAsync(Alice)));
        answers.Count(wait => wait is null).ShouldBe(5);
    }

    [Fact]
    public async Task A_known_device_does_not_wait_for_what_strangers_did()
    {
        await FailAsync(Alice, 5);
        (await TryAsync(Alice)).ShouldNotBeNull();
        var device = Ids.New();
        for (var at = 0; at < 5; at++)
            (await TryAsync(Alice, device)).ShouldBeNull();
        (await TryAsync(Alice, device)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Other_accounts_do_not_wait()
    {
        await FailAsync(Alice, 5);
        (await TryAsync(Any(1))).ShouldBeNull();
    }

    [Fact]
    public async Task A_success_forgives_and_so_does_a_day()
    {
        await FailAsync(Alice, 4);
        (await TryAsync(Alice)).ShouldBeNull();
        await Throttle.SucceededAsync(Alice, null, Host("203.0.113.1"), CancellationToken.None);
        await FailAsync(Alice, 5);
        (await TryAsync(Alice)).ShouldNotBeNull();
        clock.Pass(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await FailAsync(Alice, 5);
        (await TryAsync(Alice)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("203.0.113.1", "203.0.113.200", "203.0.114.1")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")]
    [InlineData("::ffff:203.0.113.1", "203.0.113.7", "203.0.112.1")]
    public async Task A_network_has_twenty_failures_in_ten_minutes(
        string host,
        string neighbour,
        string stranger
    )
    {
        for (var at = 0; at < 20; at++)
            (await TryAsync(Any(at), from: host)).ShouldBeNull();
        (await TryAsync(Any(21), from: neighbour)).ShouldBe(TimeSpan.FromSeconds(30));
        (await TryAsync(Any(22), from: stranger)).ShouldBeNull();
        clock.Pass(TimeSpan.FromSeconds(30));
        (await TryAsync(Any(23), from: neighbour)).ShouldBeNull();
        (await TryAsync(Any(24), from: neighbour)).ShouldNotBeNull();
        await Throttle.SucceededAsync(Any(23), null, Host(neighbour), CancellationToken.None);
        (await TryAsync(Any(25), from: neighbour)).ShouldBeNull();
    }

    [Fact]
    public async Task A_try_that_was_not_judged_is_not_counted()
    {
        for (var at = 0; at < 50; at++)
        {
            (await TryAsync(Alice, from: "203.0.113.1")).ShouldBeNull();
            await Throttle.NotJudgedAsync(Alice, null, Host("203.0.113.1"), CancellationToken.None);
        }
    }

    [Fact]
    public async Task Sign_ups_of_a_network_are_counted_by_the_hour()
    {
        for (var at = 0; at < 60; at++)
            (await SignUpAsync()).ShouldBeNull();
        (await SignUpAsync()).ShouldBe(TimeSpan.FromMinutes(1));

        Task<TimeSpan?> SignUpAsync() =>
            Throttle.TakeSignUpAsync(Host("203.0.113.1"), CancellationToken.None);
    }

    private Throttle Throttle => database.Services.GetRequiredService<Throttle>();

    /// <summary>Each from a network of its own, unless told.</summary>
    private Task<TimeSpan?> TryAsync(EmailAddress email, Guid? device = null, string? from = null)
    {
        var number = Interlocked.Increment(ref lastHost);
        return Throttle.TakeSignInAsync(
            email,
            device,
            Host(from ?? $"10.{number / 256}.{number % 256}.1"),
            CancellationToken.None
        );
    }

    private async Task FailAsync(EmailAddress email, int times)
    {
        for (var at = 0; at < times; at++)
            (await TryAsync(email)).ShouldBeNull();
    }

    private static EmailAddress Any(int number) =>
        new($"p{number}@example.com", $"p{number}@example.com");

    private static Client Host(string ip) => Client.Of("test", IPAddress.Parse(ip));
}
