using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Ui;

/// <summary>Prices and the way in, on public pages.</summary>
internal sealed class PublicBarPart : IFramePart
{
    public FramePlace Place => FramePlace.Bar;

    public int Order => 10;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(Part.Of<PublicBar>());
}

/// <summary>Documents and cookies, at the foot of public pages.</summary>
internal sealed class PublicFootPart : IFramePart
{
    public FramePlace Place => FramePlace.Foot;

    public int Order => 10;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(Part.Of<PublicFoot>());
}

/// <summary>The account's menu at the foot of the rail.</summary>
internal sealed class AccountMenuPart : IFramePart
{
    public FramePlace Place => FramePlace.RailFoot;

    public int Order => 100;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult(
            context.User.Identity is { IsAuthenticated: true } ? Part.Of<AccountMenu>() : null
        );
}

file static class Part
{
    public static RenderFragment Of<TComponent>()
        where TComponent : IComponent =>
        builder =>
        {
            builder.OpenComponent<TComponent>(0);
            builder.CloseComponent();
        };
}
