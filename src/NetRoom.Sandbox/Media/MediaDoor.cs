using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using NetRoom.Sandbox.Faults;

namespace NetRoom.Sandbox.Media;

/// <summary>An error that any provider has, before it is put into one's own words.</summary>
internal enum MediaTrouble
{
    BadRequest,
    BadKey,
    OutOfMoney,
    Refused,
    NoModel,
    RateLimited,
    ServerError,
    Unavailable,
}

/// <summary>How one provider of media takes keys and says errors.</summary>
/// <param name="Name">As calls are logged.</param>
/// <param name="Key">The caller's key; null when the sandbox does not take it.</param>
internal sealed record MediaDialect(
    string Name,
    Func<HttpRequest, string?> Key,
    Func<MediaTrouble, string, IResult> Error
);

/// <summary>A request that passed the door.</summary>
/// <param name="Json">Undefined when the body is a form.</param>
internal sealed record MediaAsk(
    HttpContext Http,
    Call Call,
    MediaModel Model,
    JsonElement Json,
    IFormCollection? Form
)
{
    public string Origin => Http.Request.Origin();

    public string? Text(string name)
    {
        if (Form is not null)
            return Form.TryGetValue(name, out var field) ? field.ToString() : null;
        return Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var member)
            ? member.ValueKind == JsonValueKind.String
                ? member.GetString()
                : member.GetRawText()
            : null;
    }

    public int Number(string name, int otherwise) =>
        int.TryParse(Text(name), out var number) ? number : otherwise;

    public IEnumerable<string> Names =>
        Form is not null ? Form.Keys.Concat(Form.Files.Select(file => file.Name))
        : Json.ValueKind == JsonValueKind.Object
            ? Json.EnumerateObject().Select(member => member.Name)
        : [];
}

/// <summary>What all requests for media go through: key, body, model, faults, the account of calls.</summary>
internal sealed class MediaDoor(CallLog log, TimeProvider clock)
{
    /// <param name="model">The model that the body or the address names.</param>
    /// <param name="kind">What the model must make.</param>
    public async Task HandleAsync(
        HttpContext http,
        MediaDialect dialect,
        string kind,
        Func<JsonElement, IFormCollection?, string?> model,
        Func<MediaAsk, IResult> answer
    )
    {
        var call = log.Open(dialect.Name);
        try
        {
            var result = await ResultAsync(http, call, dialect, kind, model, answer);
            call.Status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
            await result.ExecuteAsync(http);
            call.End(
                call.Status < StatusCodes.Status400BadRequest
                    ? CallOutcome.Completed
                    : CallOutcome.Failed,
                clock
            );
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            call.End(CallOutcome.ClientGone, clock);
        }
        finally
        {
            call.End(CallOutcome.Failed, clock);
        }
    }

    private static async Task<IResult> ResultAsync(
        HttpContext http,
        Call call,
        MediaDialect dialect,
        string kind,
        Func<JsonElement, IFormCollection?, string?> model,
        Func<MediaAsk, IResult> answer
    )
    {
        if (dialect.Key(http.Request) is not { } key)
            return dialect.Error(
                MediaTrouble.BadKey,
                "The sandbox takes any key that begins with sandbox-."
            );
        call.Key = key;
        JsonElement json = default;
        IFormCollection? form = null;
        try
        {
            if (http.Request.HasFormContentType)
                form = await http.Request.ReadFormAsync(http.RequestAborted);
            else
                json = await JsonSerializer.DeserializeAsync<JsonElement>(
                    http.Request.Body,
                    cancellationToken: http.RequestAborted
                );
        }
        catch (Exception bad) when (bad is JsonException or InvalidDataException)
        {
            return dialect.Error(MediaTrouble.BadRequest, "The body could not be read.");
        }
        var name = model(json, form);
        if (MediaModel.Find(name) is not { } found || found.Kind != kind)
            return dialect.Error(MediaTrouble.NoModel, $"The model {name} does not exist.");
        call.Model = found.Name;
        return found.Fault switch
        {
            MediaFault.RateLimited => dialect.Error(MediaTrouble.RateLimited, "Too many requests."),
            MediaFault.ServerError => dialect.Error(MediaTrouble.ServerError, "Internal error."),
            MediaFault.Unavailable => dialect.Error(MediaTrouble.Unavailable, "Try again later."),
            MediaFault.BadKey => dialect.Error(MediaTrouble.BadKey, "The key is wrong."),
            MediaFault.OutOfMoney => dialect.Error(
                MediaTrouble.OutOfMoney,
                "You do not have enough credits."
            ),
            MediaFault.HtmlPage => new Page(),
            _ => Dropped(answer(new MediaAsk(http, call, found, json, form)), found.Fault),
        };
    }

    private static IResult Dropped(IResult result, MediaFault fault) =>
        fault == MediaFault.Drop ? new Drop() : result;

    private sealed class Page : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => StatusCodes.Status502BadGateway;

        public Task ExecuteAsync(HttpContext httpContext) =>
            HtmlError.WriteAsync(httpContext.Response);
    }

    private sealed class Drop : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Abort();
            return Task.CompletedTask;
        }
    }
}

internal static class MediaAnswers
{
    /// <summary>The sandbox key in a header of a provider's own.</summary>
    public static string? HeaderKey(this HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var value) ? SandboxKey.Of(value.ToString()) : null;

    public static string Origin(this HttpRequest request) => $"{request.Scheme}://{request.Host}";

    private static readonly JsonSerializerOptions AsNamed = new(JsonSerializerDefaults.Web);

    /// <summary>With the names as they stand here.</summary>
    public static IResult Camel(object body, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(body, AsNamed, statusCode: status);

    public static IResult Json(object body, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(body, SnakeCase.Options, statusCode: status);

    public static FileContentHttpResult File(byte[] bytes, string type) =>
        TypedResults.Bytes(bytes, type);
}
