using NetRoom.Sandbox.Media.OpenAi;

namespace NetRoom.Sandbox.Media;

/// <summary>The twins of providers of media: one folder and one line each.</summary>
internal static class MediaTwins
{
    public static IServiceCollection AddMedia(this IServiceCollection services) =>
        services.AddSingleton<MediaDoor>().AddSingleton<JobBook>();

    public static void MapMedia(this WebApplication app)
    {
        app.MapJobFiles();
        app.MapOpenAiMedia();
    }
}
