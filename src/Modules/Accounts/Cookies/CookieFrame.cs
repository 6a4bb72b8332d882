using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.Cookies;

/// <summary>
/// The question, on the pages of visitors until they answer. Who has an account is past it: the one cookie that it is about matters only
/// before a registration.
/// </summary>
internal sealed class CookieBarPart(ICurrentAccount me) : IFramePart
{
    public FramePlace Place => FramePlace.Banner;

    public int Order => 20;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(
            me.IsSignedIn
            || CookieChoice.Of(context) is not null
            || context.Request.Path.StartsWithSegments("/cookies", StringComparison.Ordinal)
                ? null
                : builder =>
                {
                    builder.OpenComponent<CookieBar>(0);
                    builder.CloseComponent();
                }
        );
}
