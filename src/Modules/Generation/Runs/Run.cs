namespace NetRoom.Generation.Runs;

internal sealed class Run
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Origin { get; init; }
    public required Guid SubjectId { get; init; }
    public required string ModelId { get; init; }
    public required Guid HoldId { get; init; }
    public required Guid Node { get; init; }
    public required DateTimeOffset LeaseUntil { get; init; }
    public bool StopRequested { get; init; }
    public RunState State { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public long? ChargedMicro { get; init; }
    public string? Failure { get; init; }
    public string? Usage { get; init; }

    // Of a direct run.
    public Guid? CapId { get; init; }
    public long? HeldMicro { get; init; }
}

internal sealed class RunEventRow
{
    public required Guid RunId { get; init; }
    public required int Seq { get; init; }
    public required RunEventKind Kind { get; init; }
    public required string Body { get; init; }

    public RunEvent ToEvent() => new(Seq, Kind, Body);
}
