using NetRoom.Catalog;
using NetRoom.Providers.Media;
using NetRoom.Tests.Sandbox;

namespace NetRoom.Tests.Providers.Media;

public sealed class XaiMediaTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private readonly MediaBench bench = MediaBench.Against(sandbox.Address);

    [Fact]
    public async Task Ticks_become_micro_dollars()
    {
        var made = await bench.Images("xai").GetImagesAsync(new("A kite") { Count = 2 });

        made.Images.Count.ShouldBe(2);
        // 2 x 200,000,000 ticks of 10,000,000,000 to the dollar.
        made.Usage.Reported!.Counts.ShouldBe([new(UnitKind.ReportedCost, 40_000)]);
        made.Usage.Produced.Counts.ShouldBe([new(UnitKind.Image, 2)]);
    }

    [Fact]
    public async Task A_picture_is_changed_through_a_data_url()
    {
        var picture = (await bench.Images("xai").GetImagesAsync(new("A kite"))).Images[0];

        var made = await bench
            .Images("xai")
            .GetImagesAsync(new("Make it red") { Inputs = [picture] });

        made.Images.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_running_film_says_its_progress_and_a_finished_one_its_price()
    {
        var jobs = bench.Jobs("xai", "video-sandbox");
        var job = await jobs.CreateAsync(new VideoRequest("A kite") { Seconds = 6 });
        var states = new List<JobState>();
        while (states.Count == 0 || !states[^1].IsEnd)
            states.Add(await jobs.PollAsync(job));

        states[1].ShouldBe(new JobState.Running(0.4));
        var done = states[^1].ShouldBeOfType<JobState.Done>();
        done.Usage.Reported!.Counts.ShouldBe([new(UnitKind.ReportedCost, 300_000)]);
    }

    [Fact]
    public async Task There_is_no_way_to_cancel()
    {
        var jobs = bench.Jobs("xai", "video-fault-slow");
        var job = await jobs.CreateAsync(new VideoRequest("A kite"));

        (await jobs.CancelAsync(job)).ShouldBeFalse();
    }
}
