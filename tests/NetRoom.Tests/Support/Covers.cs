namespace NetRoom.Tests;

/// <summary>The faults of docs/ledger-tests.md that this test brings about, by their numbers.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class FaultAttribute(params int[] numbers) : Attribute
{
    public IReadOnlyList<int> Numbers => numbers;
}

/// <summary>The invariants that this test holds the ledger to.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class InvariantAttribute(params int[] numbers) : Attribute
{
    public IReadOnlyList<int> Numbers => numbers;
}

/// <summary>The reported billing failures of other products that this test keeps out.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class BillingFailureAttribute(params int[] numbers) : Attribute
{
    public IReadOnlyList<int> Numbers => numbers;
}
