using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetRoom.Kernel;

namespace NetRoom.Accounts.WaysIn.Providers;

/// <summary>Asks a provider behind the browser's back. Nothing of what it answers reaches a log but its own code of an error.</summary>
internal sealed partial class ProviderCalls(IHttpClientFactory http, ILogger<ProviderCalls> log)
{
    public const string HttpClientName = "sign-in";

    /// <summary>Exchanges the code; the client shows itself by Basic, as RFC 6749 wants every server to take it.</summary>
    public Task<Outcome<JsonElement>> RedeemAsync(
        IWayIn way,
        ProviderOptions settings,
        Attempt attempt,
        string code,
        CancellationToken cancel
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.TokenUrl)
        {
            Content = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["grant_type"] = "authorization_code",
                    ["code"] = code,
                    ["redirect_uri"] = attempt.RedirectUri,
                    ["code_verifier"] = attempt.Verifier,
                    ["client_id"] = settings.ClientId,
                }
            ),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(
                Encoding.UTF8.GetBytes(
                    $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(settings.ClientSecret)}"
                )
            )
        );
        return SendAsync(way, request, cancel);
    }

    public Task<Outcome<JsonElement>> GetAsync(
        IWayIn way,
        string url,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancel
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = authorization;
        return SendAsync(way, request, cancel);
    }

    private async Task<Outcome<JsonElement>> SendAsync(
        IWayIn way,
        HttpRequestMessage asked,
        CancellationToken cancel
    )
    {
        using var request = asked;
        try
        {
            using var client = http.CreateClient(HttpClientName);
            using var response = await client.SendAsync(request, cancel);
            var body = await response.Content.ReadAsByteArrayAsync(cancel);
            using var json = JsonDocument.Parse(body.Length == 0 ? "{}"u8.ToArray() : body);
            if (response.IsSuccessStatusCode && json.RootElement.ValueKind == JsonValueKind.Object)
                return json.RootElement.Clone();
            var error = json.RootElement.Text("error") ?? "";
            Refused(way.Name, (int)response.StatusCode, error.Length > 40 ? error[..40] : error);
            return response.StatusCode is HttpStatusCode.BadRequest && error == "invalid_grant"
                ? new Problem(ProblemKind.Invalid, "ways.code_refused", way.Name)
                : Down(way);
        }
        catch (Exception failure)
            when (failure is HttpRequestException or JsonException or IOException
                || (failure is OperationCanceledException && !cancel.IsCancellationRequested)
            )
        {
            NotHeard(way.Name, failure.GetType().Name);
            return Down(way);
        }
    }

    private static Problem Down(IWayIn way) =>
        new(ProblemKind.Unavailable, "ways.provider_down", way.Name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider} answered {Status} {Error}")]
    private partial void Refused(string provider, int status, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider} could not be asked: {Failure}")]
    private partial void NotHeard(string provider, string failure);
}

internal static class JsonReading
{
    /// <summary>The text of a member; null if there is none, or if it is no text.</summary>
    public static string? Text(this JsonElement element, string name)
    {
        try
        {
            return
                element.ValueKind == JsonValueKind.Object
                && element.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is JSON, but no text.
            return null;
        }
    }

    /// <summary>The whole number of a member; null if there is none.</summary>
    public static long? Number(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;
}
