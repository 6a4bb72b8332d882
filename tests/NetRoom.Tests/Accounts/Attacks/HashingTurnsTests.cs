using NetRoom.Accounts.Passwords;

namespace NetRoom.Tests.Accounts.Attacks;

public sealed class HashingTurnsTests
{
    [Fact]
    public void Strangers_fill_their_own_queue_and_a_known_device_goes_before_them()
    {
        var turns = new HashingTurns(places: 1, longestQueue: 10);
        Take(turns)!.IsCompleted.ShouldBeTrue();
        var strangers = Enumerable.Range(0, 50).Select(_ => Take(turns)).ToList();
        strangers.Count(turn => turn is not null).ShouldBe(9);
        strangers[9..].ShouldAllBe(turn => turn == null);

        var known = Take(turns, isKnown: true).ShouldNotBeNull();
        known.IsCompleted.ShouldBeFalse();
        turns.Leave();
        known.IsCompleted.ShouldBeTrue();
        strangers[0]!.IsCompleted.ShouldBeFalse();
        turns.Leave();
        strangers[0]!.IsCompleted.ShouldBeTrue();
        strangers[1]!.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Whoever_went_away_is_passed_over_and_no_place_is_lost()
    {
        var turns = new HashingTurns(places: 2, longestQueue: 10);
        using var gone = new CancellationTokenSource();
        Take(turns)!.IsCompleted.ShouldBeTrue();
        Take(turns)!.IsCompleted.ShouldBeTrue();
        var left = Take(turns, cancel: gone.Token).ShouldNotBeNull();
        var next = Take(turns).ShouldNotBeNull();
        gone.Cancel();
        left.IsCanceled.ShouldBeTrue();
        turns.Leave();
        next.IsCompletedSuccessfully.ShouldBeTrue();
        turns.Leave();
        turns.Leave();
        Take(turns)!.IsCompleted.ShouldBeTrue();
        Take(turns)!.IsCompleted.ShouldBeTrue();
        Take(turns)!.IsCompleted.ShouldBeFalse();
    }

    private static Task? Take(
        HashingTurns turns,
        bool isKnown = false,
        CancellationToken cancel = default
#pragma warning disable MA0022 // Null: the queue took nobody more.
    ) => turns.TryTake(isKnown, cancel, out var turn) ? turn : null;
#pragma warning restore MA0022
}
