using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NetRoom.Catalog;
using NetRoom.Providers;
using NetRoom.Providers.Media;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

/// <summary>What every adapter of jobs must do, whatever its provider's words for it are.</summary>
public sealed class JobConformanceTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Words = "A kite over a beach at noon";
    private static readonly DownloadRule Large = new("video", 10_000_000);

    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    public static TheoryData<string> All =>
        ["google", "xai", "bfl", "replicate", "runway", "kling"];

    public static TheoryData<string> Cancelling => ["google", "replicate", "runway"];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_job_goes_from_the_queue_to_a_file(string provider)
    {
        var jobs = Jobs(provider);
        var job = await jobs.CreateAsync(Ask(provider));
        var states = await FollowAsync(jobs, job);

        states[0].ShouldBeOfType<JobState.Queued>();
        states[1].ShouldBeOfType<JobState.Running>();
        var done = states[^1].ShouldBeOfType<JobState.Done>();
        done.Usage.Produced.ShouldBe(job.Planned);
        done.Usage.Produced.Counts.ShouldNotBeEmpty();
        using var file = new MemoryStream();
        var type = await jobs.DownloadAsync(done.Results[0], file, Rule(provider));
        type.ShouldStartWith(Rule(provider).Family);
        file.Length.ShouldBeGreaterThan(500);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_job_can_be_followed_by_a_node_that_did_not_begin_it(string provider)
    {
        var job = await Jobs(provider).CreateAsync(Ask(provider));
        var stored = System.Text.Json.JsonSerializer.Deserialize<MediaJob>(
            System.Text.Json.JsonSerializer.Serialize(job)
        )!;
        await using var other = MediaBench.Against(sandbox.Address);

        var states = await FollowAsync(other.Jobs(provider, Name(provider, "sandbox")), stored);

        states[^1].ShouldBeOfType<JobState.Done>();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_failed_job_is_an_end_without_a_word_of_the_prompt(string provider)
    {
        var end = await EndAsync(provider, "fault-fail");

        end.ShouldBeOfType<JobState.Failed>().Reason.ShouldNotContain(Words);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_the_rules_forbid_is_refused_and_not_failed(string provider)
    {
        try
        {
            (await EndAsync(provider, "fault-filtered")).ShouldBeOfType<JobState.Refused>();
        }
        catch (ProviderException error)
        {
            error.Kind.ShouldBe(ProviderErrorKind.Refused);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_vanished_job_has_failed_for_good(string provider) =>
        (await EndAsync(provider, "fault-vanish"))
            .ShouldBeOfType<JobState.Failed>()
            .Kind.ShouldBe(ProviderErrorKind.NotFound);

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_word_that_no_reference_has_counts_as_running(string provider)
    {
        var jobs = Jobs(provider, "fault-odd-status");
        var states = await FollowAsync(jobs, await jobs.CreateAsync(Ask(provider)));

        states[1].ShouldBeOfType<JobState.Running>();
        states[^1].ShouldBeOfType<JobState.Done>();
    }

    [Theory]
    [MemberData(nameof(Cancelling))]
    public async Task A_cancelled_job_ends(string provider)
    {
        var jobs = Jobs(provider, "fault-slow");
        var job = await jobs.CreateAsync(Ask(provider));

        (await jobs.CancelAsync(job)).ShouldBeTrue();

        (await jobs.PollAsync(job)).ShouldBeOfType<JobState.Failed>();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_caller_who_goes_leaves_the_job_running(string provider)
    {
        var jobs = Jobs(provider, "fault-slow");
        var job = await jobs.CreateAsync(Ask(provider));
        using var patience = new CancellationTokenSource();
        var asked = 0;
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (
                var _ in jobs.FollowAsync(
                    job,
                    TimeSpan.Zero,
                    TimeProvider.System,
                    NullLogger.Instance,
                    patience.Token
                )
            )
            {
                if (++asked == 3)
                    await patience.CancelAsync();
            }
        });

        (await jobs.PollAsync(job)).ShouldBeOfType<JobState.Running>();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_creation_whose_answer_is_lost_is_not_sent_again(string provider)
    {
        // Twice, so that the second goes over a connection that has been used before.
        await using var server = await ScriptedProvider.StartAsync();
        var creations = new ConcurrentQueue<string>();
        server.Next(async context =>
        {
            if (context.Request.Method == "GET")
            {
                await context.Response.WriteAsync("{}");
                return;
            }
            creations.Enqueue(context.Request.Path);
            context.Abort();
        });
        await using var scripted = MediaBench.Against(new Uri(server.Address));
        var jobs = scripted.Jobs(provider, Name(provider, "sandbox"));
        await Should.NotThrowAsync(() => jobs.PollAsync(new("known", Usage.None)));

        var error = await MediaAccounts.FailsAsync(() => jobs.CreateAsync(Ask(provider)));

        error.Kind.ShouldBeOneOf(ProviderErrorKind.Unreachable, ProviderErrorKind.Cut);
        creations.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_dropped_creation_is_counted_once_by_the_provider(string provider)
    {
        var before = await sandbox.CallsAsync(Name(provider, "fault-drop").Split('/')[^1]);

        await MediaAccounts.FailsAsync(() =>
            Jobs(provider, "fault-drop").CreateAsync(Ask(provider))
        );

        (await sandbox.CallsAsync(Name(provider, "fault-drop").Split('/')[^1])).ShouldBe(
            before + 1
        );
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_expired_file_is_not_found(string provider)
    {
        var jobs = Jobs(provider, "fault-expired-url");
        var states = await FollowAsync(jobs, await jobs.CreateAsync(Ask(provider)));
        var done = states[^1].ShouldBeOfType<JobState.Done>();

        var error = await MediaAccounts.FailsAsync(() =>
            jobs.DownloadAsync(done.Results[0], new MemoryStream(), Rule(provider))
        );

        error.Kind.ShouldBe(ProviderErrorKind.NotFound);
        error.Message.ShouldContain("expired");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_file_over_the_limit_or_of_another_kind_is_not_kept(string provider)
    {
        var jobs = Jobs(provider);
        var states = await FollowAsync(jobs, await jobs.CreateAsync(Ask(provider)));
        var result = states[^1].ShouldBeOfType<JobState.Done>().Results[0];
        using var file = new MemoryStream();

        var tooLarge = await MediaAccounts.FailsAsync(() =>
            jobs.DownloadAsync(result, file, Rule(provider) with { MaxBytes = 100 })
        );
        var wrong = await MediaAccounts.FailsAsync(() =>
            jobs.DownloadAsync(result, file, Rule(provider) with { Family = "audio" })
        );

        tooLarge.Kind.ShouldBe(ProviderErrorKind.TooLong);
        wrong.Kind.ShouldBe(ProviderErrorKind.NotFound);
        file.Length.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_wrong_key_is_said_at_once_and_following_does_not_wait_it_out(
        string provider
    )
    {
        await using var keyless = MediaBench.Against(
            sandbox.Address,
            settings: ($"Providers:{provider}:ApiKey", "stolen-key")
        );
        var jobs = keyless.Jobs(provider, Name(provider, "sandbox"));

        (await MediaAccounts.FailsAsync(() => jobs.CreateAsync(Ask(provider)))).Kind.ShouldBe(
            ProviderErrorKind.Key
        );
        var job = await Jobs(provider).CreateAsync(Ask(provider));
        (await MediaAccounts.FailsAsync(() => FollowAsync(jobs, job))).Kind.ShouldBe(
            ProviderErrorKind.Key
        );
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_a_model_does_not_make_is_a_bad_request(string provider)
    {
        MediaRequest other = IsImage(provider) ? new VideoRequest(Words) : new ImageRequest(Words);

        (await MediaAccounts.FailsAsync(() => Jobs(provider).CreateAsync(other))).Kind.ShouldBe(
            ProviderErrorKind.BadRequest
        );
    }

    private static bool IsImage(string provider) => provider is "bfl" or "replicate";

    private static MediaRequest Ask(string provider) =>
        IsImage(provider) ? new ImageRequest(Words) : new VideoRequest(Words) { Seconds = 5 };

    private static DownloadRule Rule(string provider) =>
        IsImage(provider) ? Large with { Family = "image" } : Large;

    private static string Name(string provider, string behaviour) =>
        (provider == "replicate" ? "sandbox/" : "")
        + (IsImage(provider) ? "image-" : "video-")
        + behaviour;

    private IMediaJobClient Jobs(string provider, string behaviour = "sandbox") =>
        bench.Jobs(provider, Name(provider, behaviour));

    private async Task<JobState> EndAsync(string provider, string behaviour)
    {
        var jobs = Jobs(provider, behaviour);
        var states = await FollowAsync(jobs, await jobs.CreateAsync(Ask(provider)));
        return states[^1];
    }

    private static async Task<List<JobState>> FollowAsync(IMediaJobClient jobs, MediaJob job)
    {
        var states = new List<JobState>();
        await foreach (
            var state in jobs.FollowAsync(
                job,
                TimeSpan.Zero,
                TimeProvider.System,
                NullLogger.Instance
            )
        )
            states.Add(state);
        return states;
    }
}
