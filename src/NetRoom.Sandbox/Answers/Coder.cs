namespace NetRoom.Sandbox.Answers;

/// <summary>The same small function in three languages, with an explanation.</summary>
internal static class Coder
{
    private const string CSharp = """
        ```csharp
        public static IEnumerable<int> Primes(int limit)
        {
            var composite = new bool[limit + 1];
            for (var n = 2; n <= limit; n++)
            {
                if (composite[n])
                    continue;
                yield return n;
                for (var m = (long)n * n; m <= limit; m += n)
                    composite[m] = true;
            }
        }
        ```
        """;

    private const string Python = """
        ```python
        def primes(limit: int) -> list[int]:
            composite = bytearray(limit + 1)
            found = []
            for n in range(2, limit + 1):
                if not composite[n]:
                    found.append(n)
                    for m in range(n * n, limit + 1, n):
                        composite[m] = 1
            return found
        ```
        """;

    private const string TypeScript = """
        ```typescript
        export function primes(limit: number): number[] {
          const composite = new Uint8Array(limit + 1);
          const found: number[] = [];
          for (let n = 2; n <= limit; n++) {
            if (composite[n]) continue;
            found.push(n);
            for (let m = n * n; m <= limit; m += n) composite[m] = 1;
          }
          return found;
        }
        ```
        """;

    public static string Text(Prompt prompt) =>
        prompt.IsRussian
            ? $"""
                Решето Эратосфена на трёх языках. Массив `composite` помечает составные числа, вычёркивание начинается
                с `n * n`: меньшие кратные уже вычеркнуты.

                ### C#

                {CSharp}

                ### Python

                {Python}

                ### TypeScript

                {TypeScript}

                Время работы `O(n log log n)`, память `O(n)`. На C# простые числа отдаются лениво через `yield return`,
                на двух других языках возвращается готовый список.
                """
            : $"""
                The sieve of Eratosthenes in three languages. The array `composite` marks composite numbers; crossing out
                begins at `n * n`, because smaller multiples are crossed out already.

                ### C#

                {CSharp}

                ### Python

                {Python}

                ### TypeScript

                {TypeScript}

                It takes `O(n log log n)` time and `O(n)` memory. The C# version yields primes lazily, the other two
                return a finished list.
                """;
}
