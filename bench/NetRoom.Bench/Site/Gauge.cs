using System.Globalization;

namespace NetRoom.Bench.Site;

/// <summary>What the garbage collector of the web process counts; written there by <see cref="StartupHook"/>.</summary>
internal readonly record struct Gauge(
    long AllocatedBytes,
    long HeapBytes,
    int Gen0,
    int Gen2,
    long PauseMilliseconds,
    int Threads
)
{
    public static Gauge Read(string file)
    {
        var parts = File.ReadAllText(file).Split(' ');
        return new Gauge(
            long.Parse(parts[0], CultureInfo.InvariantCulture),
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            int.Parse(parts[2], CultureInfo.InvariantCulture),
            int.Parse(parts[3], CultureInfo.InvariantCulture),
            long.Parse(parts[4], CultureInfo.InvariantCulture),
            int.Parse(parts[5], CultureInfo.InvariantCulture)
        );
    }
}
