using System.Globalization;

namespace NetRoom.Bench;

/// <summary>What the figures were measured on: without the load beside it a figure says little.</summary>
internal static class Machine
{
    public static string Load =>
        string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    public static string Line() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"[{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z, {Environment.ProcessorCount} cores, load {Load}]"
        );
}
