using System.Text.Json;

namespace NetRoom.Sandbox.Media.ElevenLabs;

/// <summary>ElevenLabs at <c>/elevenlabs</c>: audio bytes, with what was charged in a header.</summary>
internal static class ElevenLabsTwin
{
    private const int MostCharacters = 5_000;
    private static readonly string[] Body = ["body"];
    private const double BytesPerSecond = 48_000;
    private static readonly string[] Formats =
    [
        "mp3_44100_128",
        "mp3_22050_32",
        "pcm_24000",
        "opus_48000_64",
        "ulaw_8000",
    ];
    private static readonly MediaDialect Dialect = new(
        "elevenlabs",
        request => request.HeaderKey("xi-api-key"),
        Error
    );

    public static void MapElevenLabs(this WebApplication app)
    {
        var group = app.MapGroup("/elevenlabs/v1");
        Map(group, "/text-to-speech/{voice}/stream", "speech", Speak);
        Map(group, "/sound-generation", "effect", Effect);
        Map(group, "/music", "music", Music);
        Map(group, "/speech-to-text", "transcribe", Transcribe);
    }

    private static void Map(
        RouteGroupBuilder group,
        string path,
        string kind,
        Func<MediaAsk, IResult> answer
    ) =>
        group.MapPost(
            path,
            (HttpContext http, MediaDoor door) =>
                door.HandleAsync(http, Dialect, kind, ModelOf, answer)
        );

    private static string? ModelOf(JsonElement json, IFormCollection? form) =>
        form is not null ? form["model_id"].ToString()
        : json.ValueKind == JsonValueKind.Object && json.TryGetProperty("model_id", out var model)
            ? model.ToString()
        : null;

    private static IResult Speak(MediaAsk ask)
    {
        if ((string?)ask.Http.Request.RouteValues["voice"] == "nobody")
            return Detail(400, "voice_not_found", "A voice for the voice_id was not found.");
        if (ask.Text("text") is not { Length: > 0 } text)
            return Error(MediaTrouble.BadRequest, "text is required");
        if (text.Length > MostCharacters)
            return Detail(400, "max_character_limit_exceeded", "The text is too long.");
        // The fast models charge half of the characters.
        return Audio(ask, text, text.EnumerateRunes().Count() / 2);
    }

    private static IResult Effect(MediaAsk ask)
    {
        if (ask.Text("text") is not { Length: > 0 } text)
            return Error(MediaTrouble.BadRequest, "text is required");
        if (
            ask.Json.TryGetProperty("duration_seconds", out var seconds)
            && seconds.GetDouble() is < 0.5 or > 30
        )
            return Error(MediaTrouble.BadRequest, "duration_seconds must be from 0.5 to 30");
        return Audio(ask, text, 100);
    }

    private static IResult Music(MediaAsk ask)
    {
        if (ask.Text("prompt") is not { Length: > 0 } prompt)
            return Error(MediaTrouble.BadRequest, "prompt is required");
        return ask.Number("music_length_ms", 10_000) is < 3_000 or > 600_000
            ? Error(MediaTrouble.BadRequest, "music_length_ms must be from 3000 to 600000")
            : Audio(ask, prompt + ask.Text("force_instrumental"), cost: null);
    }

    private static IResult Audio(MediaAsk ask, string words, int? cost)
    {
        var format = ask.Http.Request.Query["output_format"].ToString();
        if (!Formats.Contains(format))
            return Error(MediaTrouble.BadRequest, "output_format is not supported");
        if (ask.Model.Fault == MediaFault.Filtered)
            return Error(MediaTrouble.Refused, "");
        if (cost is { } characters)
        {
            ask.Call.Units["characters"] = characters;
            ask.Http.Response.Headers["character-cost"] = characters.ToString(
                System.Globalization.CultureInfo.InvariantCulture
            );
        }
        return format.StartsWith("mp3", StringComparison.Ordinal)
            ? MediaAnswers.File(MadeUp.Mp3(words), "audio/mpeg")
            : MediaAnswers.File(MadeUp.Samples(words, 300), "audio/pcm");
    }

    private static IResult Transcribe(MediaAsk ask)
    {
        if (ask.Form?.Files.GetFile("file") is not { } file)
            return Error(MediaTrouble.BadRequest, "file is required");
        var seconds = Math.Round(file.Length / BytesPerSecond, 2);
        ask.Call.Units["seconds"] = (long)Math.Ceiling(seconds);
        string[] words = ["Hello", " ", "there.", " ", "Bye", " ", "now."];
        var each = seconds / words.Length;
        return MediaAnswers.Json(
            new
            {
                language_code = "eng",
                language_probability = 0.98,
                text = string.Concat(words),
                words = ask.Text("timestamps_granularity") == "none"
                    ? []
                    : words.Select(
                        (text, at) =>
                            new
                            {
                                text,
                                start = at * each,
                                end = (at + 1) * each,
                                type = text == " " ? "spacing" : "word",
                                speaker_id = "speaker_0",
                                logprob = 0.0,
                            }
                    ),
                audio_duration_secs = seconds,
            }
        );
    }

    private static IResult Error(MediaTrouble trouble, string message) =>
        trouble switch
        {
            MediaTrouble.BadRequest => MediaAnswers.Json(
                new
                {
                    detail = new[]
                    {
                        new
                        {
                            loc = Body,
                            msg = message,
                            type = "value_error",
                        },
                    },
                },
                StatusCodes.Status422UnprocessableEntity
            ),
            MediaTrouble.BadKey => Detail(401, "invalid_api_key", message),
            // Not 402.
            MediaTrouble.OutOfMoney => Detail(401, "quota_exceeded", message),
            MediaTrouble.Refused => Detail(
                400,
                "content_policy_violation",
                "The text is not allowed."
            ),
            MediaTrouble.NoModel => Detail(404, "model_not_found", message),
            MediaTrouble.RateLimited => Detail(429, "system_busy", message),
            MediaTrouble.ServerError => Detail(500, "internal_error", message),
            MediaTrouble.Unavailable => Detail(503, "unavailable", message),
            _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
        };

    private static IResult Detail(int code, string status, string message) =>
        MediaAnswers.Json(new { detail = new { status, message } }, code);
}
