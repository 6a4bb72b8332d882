using NetRoom.Sandbox.Media.Gemini;
using NetRoom.Sandbox.Media.Mistral;
using NetRoom.Sandbox.Media.OpenAi;
using NetRoom.Sandbox.Media.Xai;

namespace NetRoom.Sandbox.Media;

/// <summary>The twins of providers of media: one folder and one line each.</summary>
internal static class MediaTwins
{
    public static IServiceCollection AddMedia(this IServiceCollection services) =>
        services
            .Configure<RouteOptions>(options => options.SetParameterPolicy<MediaNames>("media"))
            .AddSingleton<MediaDoor>()
            .AddSingleton<JobBook>();

    public static void MapMedia(this WebApplication app)
    {
        app.MapJobFiles();
        app.MapOpenAiMedia();
        app.MapGeminiMedia();
        app.MapMistralMedia();
        app.MapXaiMedia();
    }
}
