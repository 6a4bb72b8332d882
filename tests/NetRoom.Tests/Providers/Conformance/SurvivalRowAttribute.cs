namespace NetRoom.Tests.Providers.Conformance;

/// <summary>The rows of "what every adapter must survive" that a test is about.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class SurvivalRowAttribute(params int[] rows) : Attribute
{
    public IReadOnlyList<int> Rows => rows;
}
