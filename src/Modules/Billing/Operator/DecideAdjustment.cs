using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts;
using NetRoom.Kernel;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Texts;
using NetRoom.Kernel.Ui;

namespace NetRoom.Billing.Operator;

/// <summary>/operator/ledger/adjustments/{id}: what is asked, by whom, and for another owner the two buttons.</summary>
internal static class DecideAdjustment
{
    public static Task<IResult> ShowAsync(
        Guid id,
        LedgerGlance glance,
        WalletBook book,
        ICurrentAccount me,
        HttpContext context,
        CancellationToken cancel
    ) => PageAsync(id, glance, book, me, context, null, null, cancel);

    public static async Task<IResult> HandleAsync(
        Guid id,
        [FromForm] string? decision,
        Adjustments adjustments,
        LedgerGlance glance,
        WalletBook book,
        ICurrentAccount me,
        ProblemSentences sentences,
        HttpContext context,
        CancellationToken cancel
    )
    {
        if (decision is not ("agree" or "refuse"))
            return new Problem(ProblemKind.Invalid, "billing.bad_form").ToResult();
        var decided = await adjustments.DecideAsync(id, decision == "agree", me.Id, cancel);
        return decided.Succeeded(out var answer, out var problem)
            ? ActResult.Done(
                context,
                $"/operator/ledger/adjustments/{id}",
                answer != AdjustmentAnswer.Before
            )
            : await PageAsync(
                id,
                glance,
                book,
                me,
                context,
                problem,
                sentences.Of(problem),
                cancel
            );
    }

    private static async Task<IResult> PageAsync(
        Guid id,
        LedgerGlance glance,
        WalletBook book,
        ICurrentAccount me,
        HttpContext context,
        Problem? problem,
        string? sentence,
        CancellationToken cancel
    ) =>
        await glance.AdjustmentAsync(id, cancel) is { } line
            ? new PageResult<AdjustmentPage>(
                new
                {
                    Line = line,
                    Account = (await book.HeadAsync(line.WalletId, cancel))?.Email,
                    MayDecide = context.User.HasRoleFor(Policies.Finance)
                        && line.State == 0
                        && (!line.NeedsSecond || line.AskedBy != me.Id),
                    Error = sentence,
                },
                problem is null ? StatusCodes.Status200OK : (int)problem.Kind
            )
            : Problem.NotFound("billing.no_adjustment").ToResult();
}
