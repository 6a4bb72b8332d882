using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace NetRoom.Api;

/// <summary>The doors for programs: OpenAI's and Anthropic's protocols, and what is ours beside them.</summary>
public static class ApiModule
{
    public static IHostApplicationBuilder AddApi(this IHostApplicationBuilder builder) => builder;

    public static void MapApi(this IEndpointRouteBuilder routes) { }
}
