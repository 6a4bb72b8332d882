using System.Reflection;
using System.Runtime.Loader;
using NetRoom.Bench.Site;

namespace NetRoom.Bench.Mutations;

/// <summary>
/// Tests of NetRoom.Tests as xUnit would run them, but in this process, on one server and until the first that fails: a process
/// for each mutation would cost ten times as much.
/// </summary>
internal sealed class TestRun : IAsyncDisposable
{
    /// <summary>What was tested last with success at killing is asked first.</summary>
    private readonly List<(Type Class, MethodInfo Method)> methods = [];
    private readonly Dictionary<(Type Class, Type Fixture), object> fixtures = [];
    private readonly object server;
    private (Type Class, MethodInfo Method, object?[] Arguments) lastFailed;

    private TestRun(object server, IEnumerable<Type> classes)
    {
        this.server = server;
        foreach (var type in classes)
            methods.AddRange(
                type.GetMethods()
                    .Where(method => Has(method, "FactAttribute"))
                    .Select(method => (type, method))
            );
    }

    public static async Task<TestRun> StartAsync(params string[] classes)
    {
        var path = Path.Combine(
            LiveSite.Root(),
            "artifacts/bin/NetRoom.Tests/release/NetRoom.Tests.dll"
        );
        AssemblyLoadContext.Default.Resolving += (context, name) =>
        {
            var file = Path.Combine(Path.GetDirectoryName(path)!, name.Name + ".dll");
            return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        };
        var tests = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        var postgres = Activator.CreateInstance(
            tests.GetType("NetRoom.Tests.Support.Postgres", throwOnError: true)!
        )!;
        await CallAsync(postgres, "InitializeAsync");
        return new TestRun(
            postgres,
            classes.Select(name => tests.GetType($"NetRoom.Tests.Billing.{name}", true)!)
        );
    }

    /// <summary>A connection to a database like those that the tests get.</summary>
    public async Task<string> DatabaseAsync()
    {
        var ledger = await FixtureAsync(
            typeof(TestRun),
            methods[0].Class.Assembly.GetType("NetRoom.Tests.Billing.LedgerDatabase", true)!
        );
        var database = ledger.GetType().GetProperty("Database")!.GetValue(ledger)!;
        return (string)database.GetType().GetProperty("ConnectionString")!.GetValue(database)!;
    }

    /// <summary>Databases are made anew from now on.</summary>
    public async Task ForgetAsync()
    {
        foreach (var fixture in fixtures.Values)
            await CallAsync(fixture, "DisposeAsync");
        fixtures.Clear();
    }

    /// <summary>
    /// Tests whose first argument is the mutation's name are asked first; those of the reconciliation, which need a database
    /// each, only about it; those of constraints about constraints.
    /// </summary>
    /// <returns>The name of the first test that fails, as people know it.</returns>
    public async Task<string?> FirstFailedAsync(Mutation mutation)
    {
        var all = methods
            .ToArray()
            .Where(each =>
                each.Class.Name switch
                {
                    "ReconciliationTests" => mutation.Part.StartsWith(
                        "08",
                        StringComparison.Ordinal
                    ),
                    "ConstraintTests" => mutation.Part.StartsWith("00", StringComparison.Ordinal)
                        || !mutation.Part.EndsWith(".sql", StringComparison.Ordinal),
                    _ => true,
                }
            )
            .SelectMany(each => Arguments(each.Method).Select(arguments => (each, arguments)))
            .OrderBy(test => test.arguments is [string text, ..] && text == mutation.Name ? 0 : 1);
        foreach (var (test, arguments) in all)
        {
            if (await PassesAsync(test.Class, test.Method, arguments))
                continue;
            lastFailed = (test.Class, test.Method, arguments);
            methods.Remove(test);
            methods.Insert(0, test);
            var shown = string.Join(", ", arguments.Select(it => it?.ToString()));
            return $"{test.Class.Name}.{test.Method.Name}{(shown.Length > 0 ? $" ({shown})" : "")}";
        }

        return null;
    }

    public string LastFailure { get; private set; } = "";

    /// <summary>Whether the test that failed last passes where nothing is broken. If not, an earlier one left something behind.</summary>
    public async Task<bool> PassesWithoutMutationAsync() =>
        await PassesAsync(lastFailed.Class, lastFailed.Method, lastFailed.Arguments);

    public async ValueTask DisposeAsync()
    {
        await ForgetAsync();
        await CallAsync(server, "DisposeAsync");
    }

    private async Task<bool> PassesAsync(Type type, MethodInfo method, object?[] arguments)
    {
        object? test = null;
        try
        {
            var needs = new List<object>();
            foreach (var parameter in type.GetConstructors()[0].GetParameters())
                needs.Add(
                    parameter.ParameterType == server.GetType()
                        ? server
                        : await FixtureAsync(type, parameter.ParameterType)
                );
            var made = Activator.CreateInstance(type, [.. needs])!;
            await CallAsync(made, "InitializeAsync");
            test = made;
            // Who waits for ever has not passed either.
            if (method.Invoke(test, arguments) is Task running)
                await running.WaitAsync(TimeSpan.FromSeconds(30));
            return true;
        }
        // Whatever it is: the test did not pass.
        catch (Exception failure)
        {
            LastFailure = failure.Message;
            return false;
        }
        finally
        {
            if (test is not null)
                await Task.WhenAny(
                    CallAsync(test, "DisposeAsync"),
                    Task.Delay(TimeSpan.FromSeconds(10))
                );
        }
    }

    /// <summary>Each class has its own, as in xUnit: some tests leave something behind.</summary>
    private async Task<object> FixtureAsync(Type of, Type type)
    {
        if (fixtures.TryGetValue((of, type), out var known))
            return known;
        var made = Activator.CreateInstance(type, server)!;
        await CallAsync(made, "InitializeAsync");
        return fixtures[(of, type)] = made;
    }

    private static async Task CallAsync(object target, string method)
    {
        if (target.GetType().GetMethod(method, [])?.Invoke(target, []) is Task running)
            await running;
    }

    private static IEnumerable<object?[]> Arguments(MethodInfo method)
    {
        if (!Has(method, "DataAttribute"))
            return
            [
                [],
            ];
        return method
            .GetCustomAttributes()
            .Where(attribute => IsA(attribute.GetType(), "DataAttribute"))
            .SelectMany(attribute =>
                (IEnumerable<object?[]>)
                    attribute.GetType().GetMethod("GetData")!.Invoke(attribute, [method])!
            );
    }

    private static bool Has(MethodInfo method, string attribute) =>
        method.GetCustomAttributes().Any(it => IsA(it.GetType(), attribute));

    private static bool IsA(Type? type, string name) =>
        type is not null && (type.Name == name || IsA(type.BaseType, name));
}
