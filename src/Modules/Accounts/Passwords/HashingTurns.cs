namespace NetRoom.Accounts.Passwords;

/// <summary>
/// A few places and two short queues before them: of devices that are known to the account they sign in to, and of everybody else. The
/// known go first, and strangers fill only their own queue.
/// </summary>
/// <param name="places">How many may be served at once.</param>
/// <param name="longestQueue">How many of one kind may be waiting or served.</param>
internal sealed class HashingTurns(int places, int longestQueue)
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> known = [];
    private readonly Queue<TaskCompletionSource> strangers = [];
    private readonly int longestLine = longestQueue - places;
    private int free = places;

    /// <summary>False when the queue is full. The task ends when it is one's turn, which one must then <see cref="Leave"/>.</summary>
    public bool TryTake(bool isKnown, CancellationToken cancel, out Task turn)
    {
        turn = Task.CompletedTask;
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return true;
            }

            var queue = isKnown ? known : strangers;
            if (queue.Count >= longestLine)
                return false;
            var place = new TaskCompletionSource(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            cancel.UnsafeRegister(_ => place.TrySetCanceled(cancel), null);
            queue.Enqueue(place);
            turn = place.Task;
            return true;
        }
    }

    public void Leave()
    {
        lock (gate)
        {
            while (known.TryDequeue(out var next) || strangers.TryDequeue(out next))
                // Whoever went away in the meantime is passed over.
                if (next.TrySetResult())
                    return;
            free++;
        }
    }
}
