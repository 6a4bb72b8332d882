using NetRoom.Sandbox.Media.Bfl;
using NetRoom.Sandbox.Media.ElevenLabs;
using NetRoom.Sandbox.Media.Gemini;
using NetRoom.Sandbox.Media.Kling;
using NetRoom.Sandbox.Media.Mistral;
using NetRoom.Sandbox.Media.OpenAi;
using NetRoom.Sandbox.Media.Replicate;
using NetRoom.Sandbox.Media.Runway;
using NetRoom.Sandbox.Media.Stability;
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
        app.MapBfl();
        app.MapStability();
        app.MapReplicate();
        app.MapRunway();
        app.MapKling();
        app.MapElevenLabs();
    }
}
