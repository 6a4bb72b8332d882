using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Api.Pages;

/// <summary>"API" on public pages.</summary>
internal sealed class ApiBarLink : IFramePart
{
    public FramePlace Place => FramePlace.Bar;

    public int Order => 5;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(page =>
        {
            page.OpenComponent<ApiBar>(0);
            page.CloseComponent();
        });
}
