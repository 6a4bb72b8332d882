using NetRoom.Sandbox.OpenAi;

namespace NetRoom.Sandbox.Media.Stability;

/// <summary>Stability at <c>/stability</c>: forms only, pictures as bytes or in JSON.</summary>
internal static class StabilityTwin
{
    private static readonly string[] Ratios =
    [
        "16:9",
        "1:1",
        "21:9",
        "2:3",
        "3:2",
        "4:5",
        "5:4",
        "9:16",
        "9:21",
    ];
    private static readonly MediaDialect Dialect = new("stability", OpenAiHeaders.Key, Error);

    public static void MapStability(this WebApplication app) =>
        app.MapPost(
            "/stability/v2beta/stable-image/{kind}/{model}",
            (HttpContext http, string model, MediaDoor door) =>
                door.HandleAsync(http, Dialect, "image", (_, _) => model, Draw)
        );

    private static IResult Draw(MediaAsk ask)
    {
        if (ask.Form is null)
            return Error(MediaTrouble.BadRequest, "content-type: must be multipart/form-data");
        if (ask.Text("prompt") is not { Length: > 0 } prompt)
            return Error(MediaTrouble.BadRequest, "prompt: is required");
        if (ask.Text("aspect_ratio") is { } ratio && !Ratios.Contains(ratio))
            return Error(MediaTrouble.BadRequest, "aspect_ratio: is not one of the supported");
        var isFiltered = ask.Model.Fault == MediaFault.Filtered;
        var picture = MadeUp.Picture(
            $"{prompt}{ask.Text("aspect_ratio")}{ask.Form.Files.Count}",
            isFiltered ? "64x64" : null
        );
        var reason = isFiltered ? "CONTENT_FILTERED" : "SUCCESS";
        ask.Call.Units["images"] = 1;
        if (ask.Http.Request.Headers.Accept == "application/json")
            return MediaAnswers.Json(
                new
                {
                    image = picture,
                    finish_reason = reason,
                    seed = ask.Number("seed", 7),
                }
            );
        ask.Http.Response.Headers["finish-reason"] = reason;
        return MediaAnswers.File(picture, "image/png");
    }

    private static IResult Error(MediaTrouble trouble, string message)
    {
        var (status, name) = trouble switch
        {
            MediaTrouble.BadRequest => (400, "bad_request"),
            MediaTrouble.BadKey => (401, "unauthorized"),
            MediaTrouble.OutOfMoney => (402, "payment_required"),
            MediaTrouble.Refused => (403, "content_moderation"),
            MediaTrouble.NoModel => (404, "not_found"),
            MediaTrouble.RateLimited => (429, "rate_limit_exceeded"),
            MediaTrouble.ServerError => (500, "internal_error"),
            MediaTrouble.Unavailable => (503, "service_unavailable"),
            _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
        };
        return MediaAnswers.Json(
            new
            {
                id = "9160aa70222284ff55c5a3a1a2f3f3b6",
                name,
                errors = new[] { message },
            },
            status
        );
    }
}
