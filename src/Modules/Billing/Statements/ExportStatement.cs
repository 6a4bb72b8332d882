using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;
using NetRoom.Accounts;

namespace NetRoom.Billing.Statements;

/// <summary>GET /balance/statement.csv?show=…&amp;category=…&amp;month=…: the lines of the statement, streamed.</summary>
internal static class ExportStatement
{
    public static PushStreamHttpResult Handle(
        string? show,
        string? category,
        string? month,
        ICurrentAccount account,
        Statement statement,
        BillingWords words,
        IStringLocalizer<BillingText> texts,
        HttpContext context
    ) =>
        TypedResults.Stream(
            async stream =>
            {
                await using var writer = new StreamWriter(stream, Csv.Encoding, leaveOpen: true);
                await writer.WriteAsync(
                    Csv.Row(
                        texts["Time (UTC)"],
                        texts["Type"],
                        texts["Category"],
                        texts["What"],
                        texts["Used"],
                        texts["Amount"],
                        texts["Asset"],
                        texts["Owed"],
                        texts["Tokens"],
                        texts["Coefficient"],
                        texts["Model"],
                        texts["Receipt number"],
                        texts["Run number"]
                    )
                );
                await foreach (
                    var line in statement.AllAsync(
                        account.Id,
                        StatementQuery.Of(show, category, month),
                        context.RequestAborted
                    )
                )
                    await writer.WriteAsync(Row(line, words));
            },
            "text/csv; charset=utf-8",
            "netroom-statement.csv"
        );

    private static string Row(StatementLine line, BillingWords words) =>
        Csv.Row(
            line.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            words.Type(line),
            words.Category(line),
            Csv.Text(words.What(line)),
            Csv.Text(words.Used(line)),
            line.IsTokens ? Plain(line.Amount) : new Kernel.Money(line.Amount).ToInvariantNumber(),
            line.Asset,
            line.Owed == Kernel.Money.Zero ? "" : line.Owed.ToInvariantNumber(),
            line.IsTokens ? Plain(Math.Abs(line.Amount))
                : line.Charge is { Tokens: > 0 and var tokens } ? Plain(tokens)
                : "",
            line.Charge is null
                ? ""
                : (line.Charge.CoefficientPpm / 1_000_000m).ToString(
                    "0.######",
                    CultureInfo.InvariantCulture
                ),
            Csv.Text(line.ModelId ?? ""),
            line.Id.ToString(),
            line.JobId?.ToString() ?? ""
        );

    private static string Plain(long tokens) => tokens.ToString(CultureInfo.InvariantCulture);
}
