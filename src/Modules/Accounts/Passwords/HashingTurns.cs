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

    /// <summary>Null when the queue is full. The task ends when it is one's turn, which one must then <see cref="Leave"/>.</summary>
    public Task? Take(bool isKnown, CancellationToken cancel)
    {
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return Task.CompletedTask;
            }

            var queue = isKnown ? known : strangers;
            if (queue.Count >= longestLine)
                return null;
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            cancel.UnsafeRegister(_ => turn.TrySetCanceled(cancel), null);
            queue.Enqueue(turn);
            return turn.Task;
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
