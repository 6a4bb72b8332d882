namespace NetRoom.Kernel;

/// <summary>Ids are UUIDv7: unguessable enough for a URL, ordered by time for an index.</summary>
public static class Ids
{
    public static Guid New() => Guid.CreateVersion7();
}
