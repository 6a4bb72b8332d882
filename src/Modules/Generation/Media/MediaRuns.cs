using NetRoom.Generation.Direct;
using NetRoom.Providers;
using NetRoom.Providers.Media;

namespace NetRoom.Generation.Media;

internal sealed class MediaRuns(IProviders providers) : IMediaRuns
{
    public Task<ImagesMade?> ImagesAsync(
        DirectRun run,
        ImagesCall call,
        Func<int, MediaFile, Task>? partial
    ) =>
        run.MakeAsync<ImagesMade>(async cancel =>
        {
            var client = providers.Media.Images(run.Model);
            await foreach (var update in client.GenerateAsync(Request(call), cancel))
            {
                if (update is ImageUpdate.Partial half && partial is not null)
                    await partial(half.Index, File(half.Image));
                if (update is ImageUpdate.Finished finished)
                    return (new ImagesMade([.. finished.Images.Select(File)]), finished.Usage);
            }

            throw Cut("a picture");
        });

    public async Task<bool> SpeakAsync(
        DirectRun run,
        SpeechCall call,
        Func<string, ReadOnlyMemory<byte>, Task> write
    ) =>
        await run.MakeAsync<object>(async cancel =>
        {
            var request = new SpeechRequest(call.Text, call.Voice)
            {
                Format = call.Format,
                Speed = call.Speed,
                Instructions = call.Instructions,
            };
            var usage = MediaUsage.Unknown;
            var any = false;
            await foreach (
                var update in providers.Media.Speech(run.Model).SpeakAsync(request, cancel)
            )
            {
                usage = update.Usage ?? usage;
                any |= update.Audio.Length > 0;
                if (update.Audio.Length > 0)
                    await write(update.MediaType, update.Audio);
            }

            return any ? (run, usage) : throw Cut("a sound");
        })
            is not null;

    public Task<TranscriptMade?> TranscribeAsync(DirectRun run, TranscriptCall call) =>
        run.MakeAsync<TranscriptMade>(async cancel =>
        {
            var made = await providers
                .Media.Transcription(run.Model)
                .TranscribeAsync(
                    new TranscriptionRequest(Content(call.Audio), call.Audio.Name ?? "audio.mp3")
                    {
                        Detail =
                            call.WithWords ? TranscriptDetail.Words
                            : call.WithSegments ? TranscriptDetail.Segments
                            : TranscriptDetail.Text,
                        Language = call.Language,
                        Prompt = call.Prompt,
                        Temperature = call.Temperature,
                    },
                    cancel
                );
            return (
                new TranscriptMade(
                    made.Text,
                    made.Language,
                    made.Duration,
                    [
                        .. made.Segments.Select(part => new SpokenPart(
                            part.Start,
                            part.End,
                            part.Text,
                            part.Speaker
                        )),
                    ],
                    [.. made.Words.Select(word => new SpokenPart(word.Start, word.End, word.Text))]
                )
                {
                    Srt = made.ToSrt(),
                    Vtt = made.ToVtt(),
                },
                made.Usage
            );
        });

    public Task<EmbeddingsMade?> EmbedAsync(DirectRun run, EmbeddingCall call) =>
        run.MakeAsync<EmbeddingsMade>(async cancel =>
        {
            var made = await providers
                .Media.Embeddings(run.Model)
                .EmbedAsync(
                    new EmbeddingRequest(call.Texts) { Dimensions = call.Dimensions },
                    cancel
                );
            return (new EmbeddingsMade(made.Vectors), made.Usage);
        });

    private static ImageRequest Request(ImagesCall call) =>
        new(call.Prompt)
        {
            Count = call.Count,
            Size = call.Size,
            Quality = call.Quality,
            Format = call.Format,
            Compression = call.Compression,
            Background = call.Background,
            Moderation = call.Moderation,
            InputFidelity = call.InputFidelity,
            PartialImages = call.PartialImages,
            Inputs = [.. call.Inputs.Select(Content)],
            Mask = call.Mask is { } mask ? Content(mask) : null,
        };

    private static MediaContent Content(MediaFile file) => new(file.Data, file.MediaType);

    private static MediaFile File(MediaContent content) => new(content.Data, content.MediaType);

    private static ProviderException Cut(string what) =>
        new(ProviderErrorKind.Cut, $"The provider ended without {what}.");
}
