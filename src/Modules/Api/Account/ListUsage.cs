using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using NetRoom.Api.Callers;
using NetRoom.Api.Errors;
using NetRoom.Api.Keys;
using NetRoom.Generation.History;
using NetRoom.Kernel.Data;

namespace NetRoom.Api.Account;

/// <param name="Cost">Roubles, decimal.</param>
/// <param name="Units">Count by unit ("input", "output", …).</param>
internal sealed record UsageLine(
    DateOnly Day,
    string Model,
    Guid KeyId,
    string? KeyName,
    long Requests,
    long Completed,
    string Cost,
    SortedDictionary<string, long> Units
)
{
    public string Object { get; init; } = "usage";
}

/// <param name="Next">Send it as "after" for what follows; absent on the last page.</param>
internal sealed record UsageAnswer(
    DateOnly From,
    DateOnly To,
    IReadOnlyList<UsageLine> Data,
    bool HasMore,
    string? Next
)
{
    public string Object { get; init; } = "list";

    public string Currency { get; init; } = "RUB";
}

/// <summary>GET /v1/usage: by day (UTC), model and key; from this month's first day to today unless asked otherwise.</summary>
internal static class ListUsage
{
    public const string Origin = "api";
    private const int MostDays = 366;
    private const int MostLines = 1_000;

    public static async Task<IResult> HandleAsync(
        ApiCaller caller,
        IRunHistory history,
        NetRoomDb db,
        TimeProvider clock,
        HttpRequest request,
        CancellationToken cancel
    )
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var query = request.Query;
        if (!TryDay(query["to"], today, out var to))
            return Wrong("to", "a day as 2026-11-20");
        if (!TryDay(query["from"], to.AddDays(1 - to.Day), out var from))
            return Wrong("from", "a day as 2026-11-01");
        if (from > to || to.DayNumber - from.DayNumber >= MostDays)
            return Wrong("from", $"at most {MostDays} days before 'to'");
        if (!TryLimit(query["limit"], out var limit))
            return Wrong("limit", $"a number from 1 to {MostLines}");
        Guid? key = null;
        if (query["key_id"] is [{ Length: > 0 } asked])
            key = Guid.TryParse(asked, out var id) ? id : Guid.Empty;
        if (query["model"].ToString().Contains('\0', StringComparison.Ordinal))
            return Wrong("model", "the id of a model");
        if (!TryMark(query["after"], out var after))
            return Wrong("after", "the 'next' of the page before");

        var days = await history.ByDayAsync(
            new RunDayQuery(
                caller.AccountId,
                Origin,
                from,
                to,
                query["model"] is [{ Length: > 0 } model] ? model : null,
                key,
                after,
                limit + 1
            ),
            cancel
        );
        var names = await db.Set<ApiKey>()
            .Where(row => row.AccountId == caller.AccountId)
            .ToDictionaryAsync(row => row.Id, row => row.Name, cancel);
        var page = days.Take(limit).ToList();
        var hasMore = days.Count > limit;
        return TypedResults.Json(
            new UsageAnswer(
                from,
                to,
                [
                    .. page.Select(day => new UsageLine(
                        day.Day,
                        day.ModelId,
                        day.SubjectId,
                        names.GetValueOrDefault(day.SubjectId),
                        day.Runs,
                        day.Completed,
                        day.Charged.ToInvariantNumber(),
                        UnitNames.Counts(day.Units)
                    )),
                ],
                hasMore,
                hasMore ? Write(page[^1].Mark) : null
            ),
            AccountJson.Default.UsageAnswer
        );
    }

    private static ApiErrorResult Wrong(string param, string wanted) =>
        new(ApiError.Invalid($"'{param}' must be {wanted}.", param));

    private static bool TryDay(string? text, DateOnly usual, out DateOnly day)
    {
        day = usual;
        return string.IsNullOrEmpty(text)
            || DateOnly.TryParseExact(
                text,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out day
            );
    }

    private static bool TryLimit(string? text, out int limit)
    {
        limit = 100;
        return string.IsNullOrEmpty(text)
            || (
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                && limit is > 0 and <= MostLines
            );
    }

    /// <summary>Opaque to programs, and nothing secret.</summary>
    private static string Write(RunDayMark mark) =>
        WebEncoders.Base64UrlEncode(
            Encoding.UTF8.GetBytes($"{mark.Day:yyyy-MM-dd} {mark.SubjectId:n} {mark.ModelId}")
        );

    private static bool TryMark(string? text, out RunDayMark? mark)
    {
        mark = null;
        if (string.IsNullOrEmpty(text))
            return true;
        try
        {
            var parts = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(text)).Split(' ', 3);
            if (
                parts.Length != 3
                || !TryDay(parts[0], default, out var day)
                || !Guid.TryParseExact(parts[1], "n", out var subject)
                || parts[2].Contains('\0', StringComparison.Ordinal)
            )
                return false;
            mark = new RunDayMark(day, parts[2], subject);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
