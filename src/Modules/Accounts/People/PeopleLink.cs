using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Accounts.People;

/// <summary>The way to people, in the rail of the owners.</summary>
internal sealed class PeopleLink : IFramePart
{
    public FramePlace Place => FramePlace.RailFoot;

    public int Order => 6;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(
            context.User.HasRoleFor(Policies.Owner)
                ? builder =>
                {
                    builder.OpenComponent<PeopleLinkView>(0);
                    builder.AddComponentParameter(
                        1,
                        nameof(PeopleLinkView.IsHere),
                        context.Request.Path.StartsWithSegments(
                            PeoplePages.Home,
                            StringComparison.Ordinal
                        )
                    );
                    builder.CloseComponent();
                }
                : null
        );
}
