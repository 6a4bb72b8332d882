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
    /// <summary>For the front page.</summary>
    public const string About = """
        <h2>Images, video, audio, embeddings</h2>
        <p><code>/openai/v1</code>, <code>/gemini/v1beta</code>, <code>/mistral/v1</code>, <code>/xai/v1</code>,
        <code>/bfl/v1</code>, <code>/stability</code>, <code>/replicate/v1</code>, <code>/runway</code>,
        <code>/kling</code>, <code>/elevenlabs</code> speak the protocols of those providers.</p>
        <p>A model is what it makes (<code>image</code>, <code>video</code>, <code>speech</code>, <code>transcribe</code>,
        <code>embed</code>, <code>effect</code>, <code>music</code>) and <code>-sandbox</code>, or <code>-fault-</code> and one of
        <code>429 500 503 401 quota html filtered drop slow vanish fail odd-status expired-url</code>.
        A job goes on by being asked about.</p>

        """;

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
