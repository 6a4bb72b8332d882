using Microsoft.Extensions.AI;
using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.PassThrough;
using NetRoom.Providers.Routing;

namespace NetRoom.Tests.Providers;

/// <summary>One model, two providers, two keys: who is asked next when somebody fails, and who is left alone.</summary>
public sealed class RoutingTests : IAsyncLifetime
{
    private const string SecondKey = "sk-another-secret-key-9876543210";

    private readonly FakeClock clock = new();
    private ScriptedProvider other = null!;
    private ProviderBench bench = null!;

    private static readonly ModelInfo Model = FakeCatalog.Model("openai") with
    {
        Routes = [new ModelRoute("openrouter", "vendor/wire-model", Rank: 1)],
    };

    public async Task InitializeAsync()
    {
        other = await ScriptedProvider.StartAsync();
        other.NextStream(Recorded.OpenAi);
        bench = await ProviderBench.StartAsync(
            null,
            ("Providers:openrouter:BaseUrl", other.Address + "/v1"),
            ("Providers:openai:ApiKeys:0", SecondKey)
        );
    }

    public async Task DisposeAsync()
    {
        await bench.DisposeAsync();
        await other.DisposeAsync();
    }

    private Task<Heard> AskAsync(ModelInfo? model = null, string? sticky = "somebody") =>
        Heard.ListenAsync(
            bench.Providers.ChatClient(model ?? Model),
            new ChatOptions
            {
                AdditionalProperties = sticky is null
                    ? null
                    : new() { [StreamMarks.Sticky] = sticky },
            }
        );

    private static string KeyOf(HeardRequest request) =>
        request.Headers["Authorization"]["Bearer ".Length..];

    [Fact]
    public async Task A_provider_in_trouble_is_asked_three_times_and_then_the_next_one_by_its_own_name()
    {
        bench.Server.NextStatus(503, "{}");

        var heard = await AskAsync();

        heard.Error.ShouldBeNull();
        heard.Text.ShouldBe(Recorded.OpenAiText);
        bench.Server.Requests.Count.ShouldBe(3);
        other.Requests.ShouldHaveSingleItem().Body.ShouldContain("vendor/wire-model");
        bench.Server.Requests[0].Body.ShouldContain("\"wire-model\"");
    }

    [Theory]
    [InlineData(401, "{\"error\":{\"code\":\"invalid_api_key\"}}")]
    [InlineData(429, "{\"error\":{\"code\":\"insufficient_quota\"}}")]
    public async Task A_key_that_is_refused_rests_and_the_other_one_works(int status, string body)
    {
        bench.Server.NextStatus(status, body).NextStream(Recorded.OpenAi);

        (await AskAsync()).Error.ShouldBeNull();
        (await AskAsync()).Error.ShouldBeNull();

        var keys = bench.Server.Requests.Select(KeyOf).ToArray();
        keys.Length.ShouldBe(3);
        keys[1].ShouldNotBe(keys[0]);
        keys[2].ShouldBe(keys[1]);
        keys.Order().Distinct().ShouldBe(new[] { ProviderBench.Key, SecondKey }.Order());
    }

    [Fact]
    public async Task A_rate_limit_of_one_key_is_not_waited_for_while_another_is_free()
    {
        bench
            .Server.NextStatus(429, "{}", headers: ("retry-after", "60"))
            .NextStream(Recorded.OpenAi);

        (await AskAsync()).Error.ShouldBeNull();

        bench.Server.Requests.Select(KeyOf).Distinct().Count().ShouldBe(2);
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task When_all_keys_are_limited_for_long_the_next_provider_answers()
    {
        bench.Server.NextStatus(429, "{}", headers: ("retry-after", "60"));

        (await AskAsync()).Text.ShouldBe(Recorded.OpenAiText);

        bench.Server.Requests.Count.ShouldBe(2);
        other.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, "{\"error\":{\"message\":\"bad\"}}", ProviderErrorKind.BadRequest)]
    [InlineData(
        400,
        "{\"error\":{\"code\":\"context_length_exceeded\"}}",
        ProviderErrorKind.TooLong
    )]
    public async Task A_wrong_request_is_told_at_once_and_asked_of_nobody_else(
        int status,
        string body,
        ProviderErrorKind kind
    )
    {
        bench.Server.NextStatus(status, body);

        (await AskAsync()).Kind.ShouldBe(kind);

        bench.Server.Requests.Count.ShouldBe(1);
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task After_the_first_word_nobody_else_is_asked()
    {
        var stream = Recorded.OpenAi;
        bench.Server.NextReset(stream[..stream.IndexOf("ude00", StringComparison.Ordinal)]);

        var heard = await AskAsync();

        heard.Kind.ShouldBe(ProviderErrorKind.Cut);
        heard.Text.ShouldNotBeEmpty();
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_route_without_a_key_is_passed_over()
    {
        var model = FakeCatalog.Model("keyless") with { Routes = Model.Routes };

        bench.Providers.IsAvailable(model).ShouldBeTrue();
        bench.Providers.IsAvailable(FakeCatalog.Model("keyless")).ShouldBeFalse();
        (await AskAsync(model)).Error.ShouldBeNull();
        other.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public void Bytes_pass_where_a_route_that_is_set_up_speaks_the_protocol()
    {
        var passes = bench.Service<IPassThrough>();
        var model = FakeCatalog.Model("keyless") with
        {
            Routes = [new ModelRoute("anthropic", "claude")],
        };

        passes.Speaks(model, WireProtocol.Messages).ShouldBeTrue();
        passes.Speaks(model, WireProtocol.ChatCompletions).ShouldBeFalse();
        passes.Speaks(Model, WireProtocol.ChatCompletions).ShouldBeTrue();
    }

    [Fact]
    public async Task A_local_server_is_not_let_to_fetch_addresses_in_our_network()
    {
        await using var local = await ProviderBench.StartAsync(
            null,
            ("Providers:vllm:BaseUrl", other.Address + "/v1")
        );
        var passes = local.Service<IPassThrough>();
        var model = FakeCatalog.Model("vllm");

        passes.Speaks(model, WireProtocol.ChatCompletions).ShouldBeTrue();
        passes.Speaks(model, WireProtocol.ChatCompletions, PassageNeeds.Links).ShouldBeFalse();
        passes.Speaks(Model, WireProtocol.ChatCompletions, PassageNeeds.Links).ShouldBeTrue();
        passes.Speaks(Model, WireProtocol.ChatCompletions, PassageNeeds.Search).ShouldBeFalse();
    }

    [Fact]
    public async Task A_provider_that_fails_too_often_is_left_alone_until_a_probe_is_answered()
    {
        await using var timed = await ProviderBench.StartAsync(
            clock,
            ("Providers:openrouter:BaseUrl", other.Address + "/v1"),
            ("Providers:RetryDelay", "00:00:00"),
            ("Providers:CircuitMinimum", "8")
        );
        timed.Server.NextStatus(503, "{}");
        Task<Heard> Ask() => Heard.ListenAsync(timed.Providers.ChatClient(Model));
        for (var call = 0; call < 4; call++)
            (await Ask()).Error.ShouldBeNull();
        var asked = timed.Server.Requests.Count;

        asked.ShouldBe(8);
        (await Ask()).Error.ShouldBeNull();
        timed.Server.Requests.Count.ShouldBe(asked);
        (await Heard.ListenAsync(timed.Client())).Kind.ShouldBe(ProviderErrorKind.Overloaded);

        await timed.StartHostAsync();
        timed.Server.NextStatus(401, "{}").NextStream(Recorded.OpenAi);
        for (var tries = 0; (await Heard.ListenAsync(timed.Client())).Error is not null; tries++)
        {
            // Twice at most: after three times five seconds a run would try the provider itself.
            if (tries is 5 or 100)
                clock.Advance(TimeSpan.FromSeconds(5));
            tries.ShouldBeLessThan(300);
            await Task.Delay(20);
        }

        timed.Server.Requests[asked].Path.ShouldBe("/v1/models");
        timed.Server.Requests[asked].Headers.Keys.ShouldNotContain("Authorization");
    }

    [Fact]
    public void The_same_person_goes_the_same_way_and_shares_are_as_the_weights_say()
    {
        var routes = bench.Service<Routes>();
        var text = bench.Service<Router>().Text;
        var model = FakeCatalog.Model("openai") with
        {
            Routes =
            [
                new ModelRoute("openrouter", "a", Weight: 3),
                new ModelRoute("mistral", "b", Rank: 1),
            ],
        };
        var first = Enumerable
            .Range(0, 4_000)
            .Select(person =>
            {
                var ways = routes.To(model, $"person {person}", text);
                routes
                    .To(model, $"person {person}", text)
                    .Select(way => (way.Target.ProviderId, way.Target.Key))
                    .ShouldBe(ways.Select(way => (way.Target.ProviderId, way.Target.Key)));
                ways.Count.ShouldBe(3);
                ways[2].Target.ProviderId.ShouldBe("mistral");
                return ways[0];
            })
            .ToArray();

        first.Count(way => way.Target.ProviderId == "openrouter").ShouldBeInRange(2_850, 3_150);
        first
            .Where(way => way.Target.ProviderId == "openai")
            .Count(way => way.Target.Key == SecondKey)
            .ShouldBeInRange(400, 600);
    }
}
