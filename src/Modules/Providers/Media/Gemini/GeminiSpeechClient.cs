using System.Globalization;
using System.Runtime.CompilerServices;
using NetRoom.Catalog;
using NetRoom.Providers.Media.Wire;

namespace NetRoom.Providers.Media.Gemini;

/// <summary>Speech models through generateContent: raw samples, which get a WAV header here.</summary>
internal sealed class GeminiSpeechClient(MediaRoute route) : ISpeechClient
{
    private const int UsualRate = 24_000;
    private readonly MediaCall call = new(route);

    public async IAsyncEnumerable<AudioUpdate> SpeakAsync(
        SpeechRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        if (request.Format is not (null or "wav" or "pcm"))
            throw call.Failure(
                ProviderErrorKind.BadRequest,
                "makes speech as wav or pcm and nothing else."
            );
        var answer = await call.SendForJsonAsync(
            call.Post(
                    $"/models/{route.Model.WireName}:generateContent",
                    Body(request),
                    GeminiMediaJson.Wire.GeminiContentRequest
                )
                .With("x-goog-api-key", route.Target.Key),
            call.Redaction(request.Text, request.Instructions),
            cancellation
        );
        var usage = answer.Look("usageMetadata");
        var blobs = GeminiAnswer.Blobs(answer, "audio", call);
        byte[] samples = [.. blobs.SelectMany(blob => blob.Data.ToArray())];
        var isPcm = request.Format == "pcm";
        yield return new AudioUpdate(
            isPcm ? blobs[0].MediaType : "audio/wav",
            isPcm ? samples : WavFile.Of(samples, Rate(blobs[0].MediaType))
        )
        {
            Usage = new MediaUsage(
                GeminiMediaUsage.OfContent(usage),
                new Usage([new(UnitKind.Character, Characters.Of(request.Text))]),
                GeminiMediaUsage.Raw(usage)
            ),
        };
    }

    private static GeminiContentRequest Body(SpeechRequest request)
    {
        var text = request.Instructions is { Length: > 0 } manner
            ? $"{manner}: {request.Text}"
            : request.Text;
        return new GeminiContentRequest(
            [new GeminiContent([new GeminiPart(text)], "user")],
            new GeminiConfig(["AUDIO"])
            {
                SpeechConfig = new GeminiSpeechConfig(
                    new GeminiVoiceConfig(new GeminiVoice(request.Voice)),
                    request.Language
                ),
            }
        );
    }

    // "audio/L16;codec=pcm;rate=24000"
    private static int Rate(string mediaType) =>
        mediaType
            .Split(';')
            .Select(part => part.Trim())
            .Where(part => part.StartsWith("rate=", StringComparison.OrdinalIgnoreCase))
            .Select(part =>
                int.TryParse(
                    part[5..],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var rate
                )
                    ? rate
                    : 0
            )
            .FirstOrDefault(rate => rate is >= 8_000 and <= 192_000, UsualRate);
}
