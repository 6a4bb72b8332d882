using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Limits;

/// <summary>GET and POST /balance/limits: what a person lets itself spend, and what of it is spent.</summary>
internal static class ShowLimits
{
    public static async Task<IResult> HandleAsync(
        ICurrentAccount account,
        SpendingLimits limits,
        CancellationToken cancel
    )
    {
        var now = await limits.ReadAsync(account.Id, cancel);
        return Page(now, LimitsForm.Of(now.Limits, CultureInfo.CurrentCulture), null);
    }

    public static async Task<IResult> SaveAsync(
        [FromForm] LimitsForm? form,
        ICurrentAccount account,
        SpendingLimits limits,
        HttpContext context,
        CancellationToken cancel
    )
    {
        form ??= new();
        if (
            form.Parse().Succeeded(out var asked, out var problem)
            && !await limits.SaveAsync(account.Id, asked, cancel)
        )
            problem = LimitsForm.UnknownZone;
        if (problem is not null)
            return Page(await limits.ReadAsync(account.Id, cancel), form, problem);
        Notice.Leave(context, "Saved");
        return TypedResults.Redirect("/balance/limits");
    }

    private static PageResult<LimitsPage> Page(
        LimitsInUse now,
        LimitsForm form,
        Problem? problem
    ) =>
        new(
            new
            {
                Now = now,
                Form = form,
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : (int)problem.Kind
        );
}
