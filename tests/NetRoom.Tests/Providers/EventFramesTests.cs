using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Tests.Providers;

/// <summary>A stream is cut into the same frames however its bytes arrive, and none of them is lost.</summary>
public sealed class EventFramesTests
{
    private const string Stream =
        "\uFEFFdata: {\"a\":1}\n\n: comment\n\nevent: error\r\ndata:{\"b\":\r\ndata: 2}\r\n\r\nid: 1\n\n\ndata: привет\n\ndata: last";

    private static readonly string[] Data =
    [
        "{\"a\":1}",
        "",
        "{\"b\":\n2}",
        "",
        "",
        "привет",
        "last",
    ];

    [Fact]
    public void Each_cut_gives_the_same_frames()
    {
        var bytes = Encoding.UTF8.GetBytes(Stream);
        for (var cut = 0; cut <= bytes.Length; cut++)
            ShouldBeWhole(bytes, [cut]);
    }

    [Fact]
    public void So_do_many_cuts_at_random() =>
        Prop.ForAll(
                Gen.Choose(1, 7).ListOf().ToArbitrary(),
                sizes =>
                {
                    var bytes = Encoding.UTF8.GetBytes(Stream);
                    var cuts = new List<int>();
                    foreach (var size in sizes)
                        cuts.Add((cuts.Count == 0 ? 0 : cuts[^1]) + size);
                    ShouldBeWhole(bytes, [.. cuts.Where(cut => cut < bytes.Length)]);
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void An_event_above_the_cap_is_refused()
    {
        using var frames = new EventFrames(64 * 1024);
        Should.Throw<NetRoom.Providers.ProviderException>(() =>
        {
            while (true)
            {
                var room = frames.Space();
                room.Span.Fill((byte)'x');
                frames.Filled(room.Length);
                frames.TryNext().ShouldBeFalse();
            }
        });
    }

    private static void ShouldBeWhole(byte[] bytes, int[] cuts)
    {
        using var frames = new EventFrames(1 << 20);
        var raw = new List<byte>();
        var data = new List<string>();
        var errors = 0;
        var from = 0;
        foreach (var to in cuts.Append(bytes.Length))
        {
            bytes.AsSpan(from..to).CopyTo(frames.Space().Span);
            frames.Filled(to - from);
            from = to;
            while (frames.TryNext())
                Take();
        }
        if (frames.TryLast())
            Take();
        Encoding.UTF8.GetString([.. raw]).ShouldBe(Stream);
        data.ShouldBe(Data);
        errors.ShouldBe(1);

        void Take()
        {
            raw.AddRange(frames.Frame);
            data.Add(Encoding.UTF8.GetString(frames.Data));
            errors += frames.IsError ? 1 : 0;
        }
    }
}
