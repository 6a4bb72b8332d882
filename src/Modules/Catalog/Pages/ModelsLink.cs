using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Catalog.Pages;

/// <summary>"Models and prices" in the rail.</summary>
internal sealed class ModelsLink : IFramePart
{
    public FramePlace Place => FramePlace.RailTop;

    public int Order => 40;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(page =>
        {
            page.OpenComponent<ModelsNav>(0);
            page.CloseComponent();
        });
}
