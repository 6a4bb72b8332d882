using System.Globalization;
using Microsoft.AspNetCore.Http;
using NetRoom.Kernel.Http;

namespace NetRoom.Accounts.Ui;

/// <summary>Moments as the reader's clock shows them.</summary>
internal static class Times
{
    public static string Moment(DateTimeOffset at, HttpContext context) =>
        at.ToOffset(Preferences.OffsetOf(context)).ToString("g", CultureInfo.CurrentCulture);

    public static string Day(DateTimeOffset at, HttpContext context) =>
        at.ToOffset(Preferences.OffsetOf(context)).ToString("d", CultureInfo.CurrentCulture);
}
