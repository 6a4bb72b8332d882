namespace NetRoom.Sandbox.Media.OpenAi;

/// <summary>Pictures as the GPT image models answer them: base64, tokens, and half-finished ones when asked.</summary>
internal static class OpenAiImages
{
    private const int MostPictures = 10;
    private const int MostPrompt = 32_000;
    private const int TokensOfInput = 28;

    private static readonly string[] Known =
    [
        "model",
        "prompt",
        "n",
        "size",
        "quality",
        "output_format",
        "output_compression",
        "background",
        "moderation",
        "stream",
        "partial_images",
        "user",
        "frame_count",
        "frame_duration_ms",
        "complexity",
    ];
    private static readonly string[] KnownInEdits =
    [
        .. Known,
        "image",
        "image[]",
        "mask",
        "input_fidelity",
        "markup",
    ];

    public static IResult Generate(MediaAsk ask) => Answer(ask, Known, "image_generation", 0);

    public static IResult Edit(MediaAsk ask)
    {
        if (ask.Form is not { } form)
            return OpenAiMedia.Invalid("The sandbox takes edits as a form.", "image");
        var images = form.Files.Where(file => file.Name is "image" or "image[]").ToList();
        if (images.Count == 0)
            return OpenAiMedia.Invalid(
                "You must provide an image.",
                "image",
                "missing_required_parameter"
            );
        foreach (var image in images.Where(image => !IsPicture(image)))
            return OpenAiMedia.Invalid("Invalid image file.", image.Name, "invalid_image_file");
        return Answer(ask, KnownInEdits, "image_edit", images.Count);
    }

    private static IResult Answer(MediaAsk ask, string[] known, string events, int inputs)
    {
        if (ask.Names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            return OpenAiMedia.Invalid(
                $"Unknown parameter: '{unknown}'.",
                unknown,
                "unknown_parameter"
            );
        if (ask.Text("prompt") is not { Length: > 0 and <= MostPrompt } prompt)
            return OpenAiMedia.Invalid(
                "You must provide a prompt.",
                "prompt",
                "missing_required_parameter"
            );
        var count = ask.Number("n", 1);
        if (count is < 1 or > MostPictures)
            return OpenAiMedia.Invalid("n must be from 1 to 10.", "n", "integer_out_of_range");
        if (ask.Model.Fault == MediaFault.Filtered)
            return OpenAiMedia.Dialect.Error(MediaTrouble.Refused, "");
        return ask.Text("stream") == "true"
            ? Stream(ask, events, prompt, inputs)
            : Whole(ask, prompt, count, inputs);
    }

    private static IResult Whole(MediaAsk ask, string prompt, int count, int inputs) =>
        MediaAnswers.Json(
            new
            {
                created = ask.Call.StartedAt.ToUnixTimeSeconds(),
                background = "opaque",
                output_format = "png",
                quality = Quality(ask),
                size = Size(ask),
                data = Enumerable
                    .Range(0, count)
                    .Select(at => new { b64_json = Picture(ask, $"{prompt}{at}") }),
                usage = Used(ask, prompt, count, inputs),
            }
        );

    private static MediaEvents Stream(MediaAsk ask, string events, string prompt, int inputs)
    {
        var partials = Enumerable
            .Range(0, ask.Number("partial_images", 0))
            .Select(at =>
                (
                    (string?)$"{events}.partial_image",
                    (object)
                        new
                        {
                            type = $"{events}.partial_image",
                            partial_image_index = at,
                            b64_json = Picture(ask, $"{prompt}part{at}"),
                            created_at = ask.Call.StartedAt.ToUnixTimeSeconds(),
                            size = Size(ask),
                            quality = Quality(ask),
                            background = "opaque",
                            output_format = "png",
                        }
                )
            );
        var completed = new
        {
            type = $"{events}.completed",
            b64_json = Picture(ask, $"{prompt}0"),
            created_at = ask.Call.StartedAt.ToUnixTimeSeconds(),
            size = Size(ask),
            quality = Quality(ask),
            background = "opaque",
            output_format = "png",
            usage = Used(ask, prompt, 1, inputs),
        };
        return new MediaEvents([.. partials, ($"{events}.completed", completed)], hasDone: false);
    }

    private static object Used(MediaAsk ask, string prompt, int count, int inputs)
    {
        var text = Tokenizer.Count(prompt);
        var pictures = inputs * TokensOfInput;
        var output = count * (Quality(ask) == "high" ? 4_160 : 272);
        ask.Call.InputTokens = text + pictures;
        ask.Call.Units["text_input"] = text;
        ask.Call.Units["image_input"] = pictures;
        ask.Call.Units["image_output"] = output;
        ask.Call.Units["images"] = count;
        return new
        {
            input_tokens = text + pictures,
            input_tokens_details = new { text_tokens = text, image_tokens = pictures },
            output_tokens = output,
            output_tokens_details = new { image_tokens = output, text_tokens = 0 },
            total_tokens = text + pictures + output,
        };
    }

    private static string Picture(MediaAsk ask, string words) =>
        Convert.ToBase64String(MadeUp.Picture(words, Size(ask)));

    private static string Size(MediaAsk ask) =>
        ask.Text("size") is { } size && size != "auto" ? size : "1024x1024";

    private static string Quality(MediaAsk ask) =>
        ask.Text("quality") is { } quality && quality != "auto" ? quality : "low";

    private static bool IsPicture(IFormFile file)
    {
        using var stream = file.OpenReadStream();
        Span<byte> start = stackalloc byte[4];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && (
                start
                is [0x89, 0x50, 0x4E, 0x47]
                    or [0xFF, 0xD8, 0xFF, _]
                    or [0x52, 0x49, 0x46, 0x46]
            );
    }
}
