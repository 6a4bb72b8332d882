using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using NetRoom.Accounts.Sessions;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Ui;
using QRCoder;

namespace NetRoom.Accounts.Factors.Security;

/// <summary>/settings/security/app: a secret to scan or to type, and the first code that proves that it arrived.</summary>
internal sealed class SetUpApp(
    NetRoomDb db,
    AuthenticatorApp app,
    SecondFactors factors,
    RecoveryCodes codes,
    SessionProof proof,
    SecurityScreen screen,
    ICurrentAccount me
)
{
    public const string Address = "/settings/security/app";
    private const int PixelsPerModule = 5;

    public static async Task<IResult> BeginAsync(
        AuthenticatorApp app,
        ICurrentAccount me,
        CancellationToken cancel
    )
    {
        await app.BeginAsync(me.Id, cancel);
        return TypedResults.LocalRedirect(Address);
    }

    public static Task<IResult> ShowAsync(SetUpApp setUp, CancellationToken cancel) =>
        setUp.PageAsync(null, cancel);

    public static Task<IResult> ConfirmAsync(
        [FromForm] string? code,
        SetUpApp setUp,
        HttpContext context,
        CancellationToken cancel
    ) => setUp.RunAsync(code ?? "", context, cancel);

    private async Task<IResult> RunAsync(string code, HttpContext context, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var had = await factors.StateAsync(me.Id, cancel);
        if (!await app.ConfirmAsync(me.Id, string.Concat(code.Where(char.IsAsciiDigit)), cancel))
            return await PageAsync(new Problem(ProblemKind.Invalid, "factors.wrong_code"), cancel);
        var made = had.Any ? null : await codes.RenewAsync(me.Id, cancel);
        factors.Notify(me.Id, SecurityKinds.AuthenticatorOn, Client.Of(context));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        await proof.ShownAsync(context, secondFactor: true, cancel);
        if (made is not null)
            return await screen.ShowAsync(cancel, newCodes: made);
        Notice.Leave(context, "Done");
        return TypedResults.LocalRedirect(SecurityScreen.Address);
    }

    private async Task<IResult> PageAsync(Problem? problem, CancellationToken cancel) =>
        await app.WaitingAsync(me.Id, cancel) is { } secret
            ? new PageResult<SetUpAppPage>(
                new
                {
                    Picture = Picture(Totp.Address(secret, me.Label)),
                    Secret = string.Join(
                        ' ',
                        Totp.Base32(secret).Chunk(4).Select(part => new string(part))
                    ),
                    Problem = problem,
                },
                problem is null ? StatusCodes.Status200OK : (int)problem.Kind
            )
            // Confirmed in another window, or never begun: the list says what there is.
            : TypedResults.LocalRedirect(SecurityScreen.Address);

    /// <summary>A PNG as a data: address.</summary>
    private static string Picture(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var png = new PngByteQRCode(data);
        return $"data:image/png;base64,{Convert.ToBase64String(png.GetGraphic(PixelsPerModule))}";
    }
}
