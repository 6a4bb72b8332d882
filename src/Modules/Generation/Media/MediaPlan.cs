using System.Buffers.Binary;
using NetRoom.Catalog;
using NetRoom.Providers.Media;

namespace NetRoom.Generation.Media;

/// <summary>
/// What a call will use, before it is made, said once for each way in which models of its kind are priced. Exact where prices go by the
/// picture, the character or the length; where they go by tokens, a likely figure and one that is not passed.
/// </summary>
public sealed class MediaPlan
{
    private readonly (Usage Likely, Usage AtMost)[] ways;

    private MediaPlan(params (Usage Likely, Usage AtMost)[] ways) => this.ways = ways;

    public static MediaPlan Of(ImagesCall call)
    {
        var prompt = TextSize.Of(call.Prompt).Tokens;
        var inputs = call.Inputs.Count + (call.Mask is null ? 0 : 1);
        var variant = $"{call.Size ?? Auto}/{call.Quality ?? Auto}";
        var pictures = new Usage([new UnitCount(UnitKind.Image, call.Count, variant)]);
        var plain = new Usage([new UnitCount(UnitKind.Image, call.Count)]);
        return new MediaPlan(
            (pictures, pictures),
            (plain, plain),
            (Tokens(LikelyImageTokens(call.Quality)), Tokens(MostImageTokens))
        );

        Usage Tokens(long each) =>
            new([
                new UnitCount(UnitKind.Input, prompt + prompt / 4 + PromptMargin),
                new UnitCount(UnitKind.ImageInput, inputs * InputImageTokens),
                new UnitCount(UnitKind.ImageOutput, (call.Count + call.PartialImages) * each),
            ]);
    }

    public static MediaPlan Of(SpeechCall call)
    {
        var characters = new Usage([new UnitCount(UnitKind.Character, call.Text.Length)]);
        var prompt = TextSize.Of(call.Text + call.Instructions).Tokens;
        var pace = Math.Clamp(call.Speed ?? 1, 0.25, 1);
        return new MediaPlan(
            (characters, characters),
            (
                Tokens(call.Text.Length * 7L / 5),
                Tokens((long)(call.Text.Length * 3 / pace) + SilenceTokens)
            )
        );

        Usage Tokens(long audio) =>
            new([
                new UnitCount(UnitKind.Input, prompt + prompt / 4 + PromptMargin),
                new UnitCount(UnitKind.AudioOutput, audio),
            ]);
    }

    public static MediaPlan Of(TranscriptCall call)
    {
        var bytes = call.Audio.Data.Length;
        var exact = SecondsOfWav(call.Audio.Data.Span);
        var likely = exact ?? bytes / LikelyBytesPerSecond + 1;
        var most = exact ?? bytes / LeastBytesPerSecond + 1;
        return new MediaPlan((Seconds(likely), Seconds(most)), (Tokens(likely), Tokens(most)));

        Usage Seconds(long seconds) => new([new UnitCount(UnitKind.AudioSecond, seconds)]);

        Usage Tokens(long seconds) =>
            new([
                new UnitCount(UnitKind.AudioInput, seconds * AudioTokensPerSecond),
                new UnitCount(UnitKind.Output, seconds * SpokenTokensPerSecond),
            ]);
    }

    public static MediaPlan Of(EmbeddingCall call)
    {
        var tokens = call.Texts.Sum(text => TextSize.Of(text).Tokens + 1);
        return new MediaPlan(
            (
                new Usage([new UnitCount(UnitKind.Input, tokens)]),
                new Usage([new UnitCount(UnitKind.Input, tokens * 2 + PromptMargin)])
            )
        );
    }

    /// <summary>The plan in units that the card prices; null if it prices none of its ways.</summary>
    internal (Usage Likely, Usage AtMost)? For(RateCard card)
    {
        foreach (var (likely, atMost) in ways)
            if (
                Priced(card, likely, dearest: false) is { } expected
                && Priced(card, atMost, dearest: true) is { } most
            )
                return (expected, most);
        return null;
    }

    /// <summary>The sizes and qualities that the card has where it lacks the plan's.</summary>
    internal IReadOnlyList<string> Sold(RateCard card) =>
        [
            .. card
                .Rates.Where(rate =>
                    rate.Variant is not null
                    && Array.Exists(
                        ways,
                        way =>
                            way.AtMost.Counts.Any(count =>
                                count.Unit == rate.Unit && count.Variant is not null
                            )
                    )
                )
                .Select(rate => rate.Variant!)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    private static Usage? Priced(RateCard card, Usage usage, bool dearest) =>
        new MediaUsage(
            null,
            usage with
            {
                Counts =
                [
                    .. usage
                        .Counts.Where(count => count.Quantity > 0)
                        .Select(count => Chosen(card, count, dearest)),
                ],
            }
        ).For(card);

    /// <summary>
    /// Where the provider is left to choose size or quality and prices differ by them, any of them may come: the dearest is held, one of the
    /// middle expected, and what came is charged.
    /// </summary>
    private static UnitCount Chosen(RateCard card, UnitCount count, bool dearest)
    {
        if (count.Variant?.Split('/') is not [var size, var quality])
            return count;
        if (size != Auto && quality != Auto)
            return count;
        var possible = card
            .Rates.Where(rate =>
                rate.Unit == count.Unit
                && rate.Variant?.Split('/') is [var ofSize, var ofQuality]
                && (size == Auto || size == ofSize)
                && (quality == Auto || quality == ofQuality)
            )
            .OrderBy(rate => rate.NanoPerThousand)
            .ToArray();
        return possible.Length == 0
            ? count
            : count with
            {
                Variant = possible[dearest ? ^1 : possible.Length / 2].Variant,
            };
    }

    private const string Auto = "auto";
    private const int PromptMargin = 64;
    private const int InputImageTokens = 6_500;
    private const int MostImageTokens = 9_000;
    private const int SilenceTokens = 500;
    private const int AudioTokensPerSecond = 32;
    private const int SpokenTokensPerSecond = 8;

    /// <summary>MP3 at 128 kbit/s.</summary>
    private const int LikelyBytesPerSecond = 16_000;

    /// <summary>Speech at 16 kbit/s; less is hardly understood.</summary>
    private const int LeastBytesPerSecond = 2_000;

    private static int LikelyImageTokens(string? quality) =>
        quality switch
        {
            "low" => 300,
            "medium" => 1_100,
            _ => 4_200,
        };

    /// <summary>Of uncompressed sound, from its header: bytes a second at 28, the data's length after its mark.</summary>
    private static long? SecondsOfWav(ReadOnlySpan<byte> audio)
    {
        if (audio.Length < 44 || !audio.StartsWith("RIFF"u8) || !audio[8..].StartsWith("WAVE"u8))
            return null;
        var perSecond = BinaryPrimitives.ReadUInt32LittleEndian(audio[28..]);
        return perSecond == 0 ? null : audio.Length / perSecond + 1;
    }
}
