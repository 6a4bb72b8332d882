using NetRoom.Tests.Accounts.Attacks;

namespace NetRoom.Bench.Fuzz;

/// <summary>The tests' fuzz of access tokens, longer. Answers 1 when a mutant was accepted; one that throws ends the run with its trace.</summary>
internal static class FuzzBench
{
    public static int Run(Options options)
    {
        var count = options.Number("tokens", 1_000_000);
        var seed = options.Number("seed", Environment.TickCount & int.MaxValue);
        var accepted = TokenFuzz.Accepted(count, seed);
        Console.WriteLine(
            $"seed {seed}: {count} mutants of access tokens, {accepted.Count} accepted"
        );
        foreach (var token in accepted)
            Console.WriteLine(token);
        return accepted.Count == 0 ? 0 : 1;
    }
}
