using System.Runtime.CompilerServices;
using System.Text;

namespace NetRoom.Generation.Runs;

/// <summary>
/// A run on this node: its events so far, for readers here, and which of them the table has. Deltas are joined so that readers get at
/// most twelve events a second.
/// </summary>
internal sealed class LiveRun(RunRequest request, TimeProvider clock)
{
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(80);
    private readonly Lock gate = new();
    private readonly List<RunEvent> events = [];
    private readonly StringBuilder pending = new();
    private readonly StringBuilder text = new();
    private readonly StringBuilder reasoning = new();
    private RunEventKind pendingKind;
    private long lastEvent;
    private int stored;
    private TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunRequest Request { get; } = request;

    /// <summary>Cancelled when the person presses Stop or the node shuts down.</summary>
    public CancellationTokenSource Cancel { get; } = new();

    public bool StopRequested { get; private set; }

    /// <summary>A reader on another node wants to be told of new events.</summary>
    public bool IsWatched { get; set; }

    public void RequestStop()
    {
        StopRequested = true;
        Cancel.Cancel();
    }

    public (string Text, string Reasoning) Content
    {
        get
        {
            lock (gate)
                return (text.ToString(), reasoning.ToString());
        }
    }

    public TextSize Produced
    {
        get
        {
            lock (gate)
                return TextSize.Of(text.ToString()) + TextSize.Of(reasoning.ToString());
        }
    }

    public int ProducedLength
    {
        get
        {
            lock (gate)
                return text.Length + reasoning.Length;
        }
    }

    public bool HasText
    {
        get
        {
            lock (gate)
                return text.Length > 0 && !string.IsNullOrWhiteSpace(text.ToString());
        }
    }

    public void Append(RunEventKind kind, string delta)
    {
        lock (gate)
        {
            (kind == RunEventKind.Text ? text : reasoning).Append(delta);
            if (pendingKind != kind)
                Emit();
            pendingKind = kind;
            pending.Append(delta);
            EmitIfDue();
        }
    }

    /// <summary>The provider began anew.</summary>
    public void Restart()
    {
        lock (gate)
        {
            pending.Clear();
            text.Clear();
            reasoning.Clear();
            Add(RunEventKind.Restart, "");
        }
    }

    /// <summary>Called by the node's beat: what waits long enough becomes an event.</summary>
    public void Tick()
    {
        lock (gate)
            EmitIfDue();
    }

    /// <summary>The events that the table does not have yet. They count as stored only after <see cref="MarkStored"/>.</summary>
    public IReadOnlyList<RunEvent> Unstored(bool includePending)
    {
        lock (gate)
        {
            if (includePending)
                Emit();
            return stored == events.Count ? [] : events[stored..];
        }
    }

    public void MarkStored(int lastSeq)
    {
        lock (gate)
            stored = Math.Max(stored, lastSeq);
    }

    public int LastSeq
    {
        get
        {
            lock (gate)
                return events.Count;
        }
    }

    /// <summary>The last event; its body is for the record only.</summary>
    public void End(string body)
    {
        lock (gate)
        {
            Emit();
            Add(RunEventKind.End, body);
            stored = events.Count;
        }
    }

    public async IAsyncEnumerable<RunEvent> ReadAsync(
        int after,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        for (var next = after; ; )
        {
            RunEvent[] batch;
            Task wait;
            lock (gate)
            {
                batch = next < events.Count ? [.. events[next..]] : [];
                wait = more.Task;
            }

            foreach (var item in batch)
            {
                yield return item;
                if (item.Kind == RunEventKind.End)
                    yield break;
            }

            next += batch.Length;
            if (batch.Length == 0)
                await wait.WaitAsync(cancel);
        }
    }

    private void EmitIfDue()
    {
        if (pending.Length > 0 && clock.GetElapsedTime(lastEvent) >= Beat)
            Emit();
    }

    private void Emit()
    {
        if (pending.Length == 0)
            return;
        var body = pending.ToString();
        pending.Clear();
        Add(pendingKind, body);
    }

    private void Add(RunEventKind kind, string body)
    {
        events.Add(new RunEvent(events.Count + 1, kind, body));
        lastEvent = clock.GetTimestamp();
        var waiting = more;
        more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.SetResult();
    }
}
