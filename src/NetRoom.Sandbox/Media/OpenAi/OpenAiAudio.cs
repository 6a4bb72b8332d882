namespace NetRoom.Sandbox.Media.OpenAi;

/// <summary>Speech as bytes or events; transcripts that tell what was sent.</summary>
internal static class OpenAiAudio
{
    private const int MostCharacters = 4_096;
    private const int Pieces = 3;
    private const double BytesPerSecond = 48_000;

    public static IResult Speak(MediaAsk ask)
    {
        if (ask.Text("input") is not { Length: > 0 } input)
            return OpenAiMedia.Invalid("input is required", "input", "missing_required_parameter");
        if (input.Length > MostCharacters)
            return OpenAiMedia.Invalid(
                "input is longer than 4096 characters",
                "input",
                "string_above_max_length"
            );
        if (ask.Text("voice") is not { Length: > 0 })
            return OpenAiMedia.Invalid("voice is required", "voice", "missing_required_parameter");
        if (ask.Model.Fault == MediaFault.Filtered)
            return OpenAiMedia.Dialect.Error(MediaTrouble.Refused, "");
        var isWav = ask.Text("response_format") == "wav";
        var audio = isWav ? MadeUp.Wav(input, 400) : MadeUp.Mp3(input);
        ask.Call.Units["characters"] = input.Length;
        if (ask.Text("stream_format") != "sse")
            return MediaAnswers.File(audio, isWav ? "audio/wav" : "audio/mpeg");
        var tokens = Tokenizer.Count(input);
        ask.Call.InputTokens = tokens;
        ask.Call.Units["audio_output"] = tokens * 8;
        var deltas = audio
            .Chunk((audio.Length / Pieces) + 1)
            .Select(piece =>
                (
                    (string?)null,
                    (object)
                        new { type = "speech.audio.delta", audio = Convert.ToBase64String(piece) }
                )
            );
        var done = new
        {
            type = "speech.audio.done",
            usage = new
            {
                input_tokens = tokens,
                output_tokens = tokens * 8,
                total_tokens = tokens * 9,
            },
        };
        return new MediaEvents([.. deltas, (null, done)], hasDone: false);
    }

    public static IResult Transcribe(MediaAsk ask)
    {
        if (ask.Form?.Files.GetFile("file") is not { } file)
            return OpenAiMedia.Invalid("file is required", "file", "missing_required_parameter");
        if (Path.GetExtension(file.FileName) is not { Length: > 1 })
            return OpenAiMedia.Invalid("Unrecognized file format.", "file", "invalid_value");
        if (ask.Model.Fault == MediaFault.Filtered)
            return OpenAiMedia.Dialect.Error(MediaTrouble.Refused, "");
        var seconds = Math.Round(file.Length / BytesPerSecond, 2);
        var text = $"The recording {file.FileName} has {file.Length} bytes.";
        ask.Call.Units["seconds"] = (long)Math.Ceiling(seconds);
        return ask.Text("response_format") switch
        {
            "verbose_json" => MediaAnswers.Json(Verbose(ask, text, seconds)),
            "text" => TypedResults.Text(text + "\n"),
            _ => MediaAnswers.Json(new { text, usage = Tokens(text, seconds) }),
        };
    }

    private static object Verbose(MediaAsk ask, string text, double seconds)
    {
        var words = text.Split(' ');
        var each = seconds / words.Length;
        return new
        {
            text,
            language = ask.Text("language") ?? "english",
            duration = seconds,
            segments = new[]
            {
                new
                {
                    id = 0,
                    start = 0.0,
                    end = seconds / 2,
                    text = string.Join(' ', words[..3]),
                },
                new
                {
                    id = 1,
                    start = seconds / 2,
                    end = seconds,
                    text = string.Join(' ', words[3..]),
                },
            },
            words = ask.Form!["timestamp_granularities[]"].Contains("word")
                ? words.Select(
                    (word, at) =>
                        new
                        {
                            word,
                            start = at * each,
                            end = (at + 1) * each,
                        }
                )
                : null,
            usage = new { type = "duration", seconds = (long)Math.Ceiling(seconds) },
        };
    }

    private static object Tokens(string text, double seconds)
    {
        var audio = (int)Math.Ceiling(seconds * 10);
        var output = Tokenizer.Count(text);
        return new
        {
            type = "tokens",
            input_tokens = audio,
            input_token_details = new { text_tokens = 0, audio_tokens = audio },
            output_tokens = output,
            total_tokens = audio + output,
        };
    }
}
