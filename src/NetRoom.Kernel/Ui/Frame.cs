using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace NetRoom.Kernel.Ui;

/// <summary>Where in the frame of a page a module puts its part.</summary>
public enum FramePlace
{
    /// <summary>The top of the left rail: where to go.</summary>
    RailTop,

    /// <summary>The scrolling middle of the rail.</summary>
    RailBody,

    /// <summary>The foot of the rail: balance, account.</summary>
    RailFoot,

    /// <summary>The bar of public pages.</summary>
    Bar,

    /// <summary>Under the head of every page: what its reader should know or choose first.</summary>
    Banner,

    /// <summary>The foot of public pages: documents.</summary>
    Foot,
}

/// <summary>A module's part of the frame around every page.</summary>
public interface IFramePart
{
    FramePlace Place { get; }

    int Order { get; }

    /// <summary>Loads what the part shows; null to show nothing. Parts load one after another, in one scope.</summary>
    Task<RenderFragment?> LoadAsync(HttpContext context);
}

/// <summary>The loaded parts of this request's frame. Components only draw; all reading is done before.</summary>
public sealed class Frame(IEnumerable<IFramePart> parts)
{
    private readonly List<(FramePlace Place, RenderFragment Fragment)> loaded = [];

    public IEnumerable<RenderFragment> In(FramePlace place) =>
        loaded.Where(part => part.Place == place).Select(part => part.Fragment);

    internal async Task LoadAsync(HttpContext context)
    {
        foreach (var part in parts.OrderBy(part => part.Order))
            if (await part.LoadAsync(context) is { } fragment)
                loaded.Add((part.Place, fragment));
    }
}

/// <summary>A whole page: loads the frame, then draws the component in it.</summary>
public sealed class PageResult<TPage>(
    object? parameters = null,
    int status = StatusCodes.Status200OK
) : IResult
    where TPage : IComponent
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await httpContext.RequestServices.GetRequiredService<Frame>().LoadAsync(httpContext);
        // A page may hold what only its reader should see.
        httpContext.Response.Headers.CacheControl = "no-cache, no-store";
        await new RazorComponentResult<TPage>(parameters ?? new { })
        {
            StatusCode = status,
        }.ExecuteAsync(httpContext);
    }
}

/// <summary>A part of a page, for htmx.</summary>
public static class Fragment
{
    public static IResult Of<TComponent>(
        object? parameters = null,
        int status = StatusCodes.Status200OK
    )
        where TComponent : IComponent =>
        new RazorComponentResult<TComponent>(parameters ?? new { }) { StatusCode = status };
}
