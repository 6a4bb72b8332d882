using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using NetRoom.Accounts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

/// <summary>The way to the ledger, in the rail of those who may read it.</summary>
internal sealed class LedgerLink : IFramePart
{
    public FramePlace Place => FramePlace.RailFoot;

    public int Order => 5;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(
            context.User.HasRoleFor(Policies.LedgerReading)
                ? builder =>
                {
                    builder.OpenComponent<LedgerLinkView>(0);
                    builder.AddComponentParameter(
                        1,
                        nameof(LedgerLinkView.IsHere),
                        context.Request.Path.StartsWithSegments(
                            OperatorLedger.Home,
                            StringComparison.Ordinal
                        )
                    );
                    builder.CloseComponent();
                }
                : null
        );
}
