using System.Text.Json;
using Microsoft.Extensions.Logging;
using NetRoom.Catalog;
using NetRoom.Providers.Errors;

namespace NetRoom.Providers.Media.Wire;

/// <summary>What all protocols of jobs have in common.</summary>
internal static partial class JobAnswers
{
    private const int LongestCode = 80;

    // Codes and words by which providers say that their rules stand against it.
    private static readonly string[] Refusals =
    [
        "SAFETY",
        "MODERAT",
        "FILTER",
        "CONTENT_POLICY",
        "PROHIBITED",
        "NSFW",
        "SENSITIVE",
        "RISK CONTROL",
    ];

    extension(MediaCall call)
    {
        /// <exception cref="ProviderException">BadRequest: the model does not make that.</exception>
        public T Asked<T>(MediaRequest request)
            where T : MediaRequest =>
            request as T
            ?? throw call.Failure(
                ProviderErrorKind.BadRequest,
                $"cannot do a {request.GetType().Name} with this model."
            );

        /// <exception cref="ProviderException">The job was taken, or not, without an id: it cannot be followed.</exception>
        public string Id(JsonElement answer, string name) =>
            answer.Text(name) is { Length: > 0 } id
                ? id
                : throw call.Failure(ProviderErrorKind.Cut, "took a job without saying its id.");

        /// <summary>Asks; a job that is not known there any more has failed for good.</summary>
        public async Task<JobState> PollAsync(
            HttpRequestMessage request,
            Func<MediaAnswer, JsonElement, JobState> read,
            CancellationToken cancellation
        )
        {
            try
            {
                var redaction = call.Redaction();
                var answer = await call.SendAsync(request, redaction, cancellation);
                return read(answer, call.Json(answer, redaction));
            }
            // Some say it under a status of success.
            catch (ProviderException error)
                when (error.HttpStatus is 404 or 410
                    || error is { HttpStatus: null, Kind: ProviderErrorKind.NotFound }
                )
            {
                return call.Vanished();
            }
        }

        public JobState Vanished() =>
            new JobState.Failed(
                ProviderErrorKind.NotFound,
                $"{call.Target.ProviderId} no longer knows the job."
            );

        /// <summary>
        /// An end that is no success. The message only helps to sort it: it may quote the prompt, which nobody here knows any
        /// more and could take out of it.
        /// </summary>
        public JobState Failed(string? code, string? message)
        {
            var said = $"{code} {message}";
            var name = code is null ? "no code" : code[..Math.Min(code.Length, LongestCode)];
            var what = $"{call.Target.ProviderId} failed the job ({name}).";
            return Refusals.Any(word => said.Contains(word, StringComparison.OrdinalIgnoreCase))
                ? new JobState.Refused(what)
                : new JobState.Failed(
                    ProviderErrors.Sort(null, new ErrorBody(message, null, code)),
                    what
                );
        }

        /// <summary>A word that we do not know is no end.</summary>
        public JobState Unknown(string? status)
        {
            LogUnknown(call.Logger, call.Target.ProviderId, status);
            return new JobState.Running();
        }

        /// <summary>True if the provider took the wish to cancel.</summary>
        public async Task<bool> CancelAsync(
            HttpRequestMessage request,
            CancellationToken cancellation
        )
        {
            try
            {
                await call.SendAsync(request, call.Redaction(), cancellation);
                return true;
            }
            // It has ended, or is unknown by now.
            catch (ProviderException error)
                when (error.HttpStatus is 400 or 404 or 405 or 409 or 410 or 422)
            {
                return false;
            }
        }
    }

    /// <summary>Null for what is no address of the web.</summary>
    public static Uri? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            ? address
            : null;

    /// <summary>An address or a data URL; null for neither.</summary>
    public static JobResult? Result(string? text) =>
        text is null ? null
        : DataUrl.Read(text) is { } content ? new JobResult(null, content)
        : Address(text) is { } address ? new JobResult(address)
        : null;

    [LoggerMessage(
        LogLevel.Warning,
        "{Provider} says that a job is \"{Status}\", which no reference has; taken as running"
    )]
    private static partial void LogUnknown(ILogger logger, string provider, string? status);
}

/// <summary>What a request will have produced.</summary>
internal static class Planned
{
    public static Usage Video(VideoRequest video) =>
        new([new(UnitKind.VideoSecond, video.Seconds, video.Resolution)]);

    public static Usage Images(ImageRequest images) =>
        new([new(UnitKind.Image, images.Count, images.Size)]);

    /// <summary>Money that the provider itself named, in whole micro-dollars.</summary>
    public static Usage? Cost(decimal? dollars) =>
        dollars is >= 0 and < 1_000_000
            ? new Usage([
                new(
                    UnitKind.ReportedCost,
                    (long)decimal.Round(dollars.Value * 1_000_000, MidpointRounding.AwayFromZero)
                ),
            ])
            : null;
}
