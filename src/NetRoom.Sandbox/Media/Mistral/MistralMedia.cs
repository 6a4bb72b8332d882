using System.Text.Json;
using NetRoom.Sandbox.Media.OpenAi;
using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox.Media.Mistral;

/// <summary>Embeddings, transcription and speech of <c>/mistral/v1</c>.</summary>
internal static class MistralMedia
{
    private const int Usual = 64;
    private const double BytesPerSecond = 48_000;
    private static readonly MediaDialect Dialect = new("mistral", OpenAiHeaders.Key, Error);

    public static void MapMistralMedia(this WebApplication app)
    {
        var group = app.MapGroup("/mistral/v1");
        Map(group, "/embeddings", "embed", Embed);
        Map(group, "/audio/transcriptions", "transcribe", Transcribe);
        Map(group, "/audio/speech", "speech", Speak);
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
                door.HandleAsync(http, Dialect, kind, OpenAiMedia.ModelOf, answer)
        );

    private static IResult Embed(MediaAsk ask)
    {
        if (
            !ask.Json.TryGetProperty("input", out var input)
            || input.ValueKind != JsonValueKind.Array
        )
            return Missing("input");
        // Mistral refuses names that it does not know, OpenAI's "dimensions" among them.
        if (ask.Names.Contains("dimensions") || ask.Names.Contains("encoding_format"))
            return Missing("output_dimension");
        var size = ask.Number("output_dimension", Usual);
        var texts = input.EnumerateArray().Select(item => item.ToString()).ToArray();
        var tokens = texts.Sum(text => Tokenizer.Count(text));
        ask.Call.InputTokens = tokens;
        return MediaAnswers.Json(
            new
            {
                id = "embd-1",
                @object = "list",
                model = ask.Model.Name,
                data = texts.Select(
                    (text, index) =>
                        new
                        {
                            @object = "embedding",
                            index,
                            embedding = OpenAiEmbeddings.Vector(text, size),
                        }
                ),
                usage = new
                {
                    prompt_tokens = tokens,
                    completion_tokens = 0,
                    total_tokens = tokens,
                },
            }
        );
    }

    private static IResult Transcribe(MediaAsk ask)
    {
        if (ask.Form?.Files.GetFile("file") is not { } file)
            return Missing("file");
        var seconds = (int)Math.Ceiling(file.Length / BytesPerSecond);
        var text = $"The recording {file.FileName} has {file.Length} bytes.";
        ask.Call.Units["seconds"] = seconds;
        var segments = ask.Form["timestamp_granularities[]"].ToString() switch
        {
            "segment" => Segment([text], seconds),
            "word" => Segment(text.Split(' '), seconds),
            _ => [],
        };
        return MediaAnswers.Json(
            new
            {
                model = ask.Model.Name,
                text,
                language = ask.Text("language"),
                segments,
                usage = new
                {
                    prompt_audio_seconds = seconds,
                    prompt_tokens = 4,
                    completion_tokens = Tokenizer.Count(text),
                    total_tokens = 265,
                },
            }
        );
    }

    private static object[] Segment(string[] texts, double seconds) =>
        [
            .. texts.Select(
                (text, at) =>
                    new
                    {
                        type = "transcription_segment",
                        text,
                        start = at * seconds / texts.Length,
                        end = (at + 1) * seconds / texts.Length,
                        speaker_id = "speaker_1",
                    }
            ),
        ];

    private static IResult Speak(MediaAsk ask)
    {
        if (ask.Text("input") is not { Length: > 0 } input)
            return Missing("input");
        if ((ask.Text("voice_id") ?? ask.Text("voice")) is null)
            return Missing("voice_id");
        ask.Call.Units["characters"] = input.Length;
        var audio =
            ask.Text("response_format") == "wav" ? MadeUp.Wav(input, 300) : MadeUp.Mp3(input);
        return MediaAnswers.Json(new { audio_data = audio });
    }

    private static IResult Missing(string field) =>
        MediaAnswers.Json(
            new
            {
                detail = new[]
                {
                    new
                    {
                        loc = new[] { "body", field },
                        msg = "Field required",
                        type = "missing",
                    },
                },
            },
            StatusCodes.Status422UnprocessableEntity
        );

    private static IResult Error(MediaTrouble trouble, string message)
    {
        if (trouble == MediaTrouble.BadKey)
            return MediaAnswers.Json(
                new { detail = "Invalid API Key" },
                StatusCodes.Status401Unauthorized
            );
        var (status, type) = trouble switch
        {
            MediaTrouble.OutOfMoney => (402, "payment_required"),
            MediaTrouble.Refused => (403, "content_policy_violation"),
            MediaTrouble.NoModel => (404, "invalid_model"),
            MediaTrouble.RateLimited => (429, "rate_limited"),
            MediaTrouble.ServerError => (500, "internal_server_error"),
            MediaTrouble.Unavailable => (503, "unavailable"),
            _ => (400, "invalid_request_error"),
        };
        return MediaAnswers.Json(
            new
            {
                @object = "error",
                message,
                type,
                param = (string?)null,
                code = (string?)null,
            },
            status
        );
    }
}
