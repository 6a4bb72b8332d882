using System.Globalization;
using System.Runtime.CompilerServices;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.ElevenLabs;

/// <summary>The exchange that speech, effects and music share: bytes as they come, and what was charged in a header.</summary>
internal sealed class ElevenLabsAudio(MediaRoute route)
{
    public MediaCall Call { get; } = new(route);

    /// <summary>"mp3" is theirs of 44.1 kHz; a whole name such as "opus_48000_64" is taken as it is.</summary>
    public static string Format(string? format) =>
        format switch
        {
            null or "mp3" => "mp3_44100_128",
            "opus" => "opus_48000_64",
            "pcm" => "pcm_24000",
            _ => format,
        };

    public async IAsyncEnumerable<AudioUpdate> SendAsync(
        HttpRequestMessage request,
        string format,
        Usage produced,
        string words,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var type = MediaTypes.OfFormat(format, "audio/mpeg");
        long? cost = null;
        var pieces = Call.SendForBytesAsync(
            request.With("xi-api-key", route.Target.Key),
            Call.Redaction(words),
            response => cost = Cost(response),
            cancellation
        );
        await foreach (var (said, bytes) in pieces)
        {
            type = said ?? type;
            yield return new AudioUpdate(type, bytes);
        }
        yield return new AudioUpdate(type, default)
        {
            Usage = new MediaUsage(
                cost is { } characters ? new Usage([new(UnitKind.Character, characters)]) : null,
                produced
            ),
        };
    }

    private static long? Cost(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("character-cost", out var values)
        && long.TryParse(
            values.FirstOrDefault(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var cost
        )
            ? cost
            : null;
}
