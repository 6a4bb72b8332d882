using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using NetRoom.Accounts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Statements;

/// <summary>The balance at the foot of the rail, on every page of the product.</summary>
internal sealed class BalanceChip(ICurrentAccount account, IWallet wallet) : IFramePart
{
    public FramePlace Place => FramePlace.RailFoot;

    public int Order => 10;

    public async Task<RenderFragment?> LoadAsync(HttpContext context)
    {
        if (!account.IsSignedIn)
            return null;
        var balance = await wallet.BalanceAsync(account.Id, context.RequestAborted);
        return builder =>
        {
            builder.OpenComponent<BalanceChipView>(0);
            builder.AddComponentParameter(1, nameof(BalanceChipView.Available), balance.Available);
            builder.CloseComponent();
        };
    }
}
