using System.Diagnostics;
using NetRoom.Kernel;

namespace NetRoom.AppTests;

/// <summary>What a dead node leaves behind is put right without a person's help, and nobody pays for it.</summary>
[Collection(NetRoomApp.Collection)]
public sealed class Crashes(NetRoomApp app)
{
    private const string Endless = "pace 4000 x 20ms";

    [Fact]
    [Fault(5)]
    public async Task After_kill_9_another_node_says_interrupted_and_gives_the_money_back()
    {
        var doomed = await app.StartNodeAsync();
        var alice = await app.SignUpAsync(doomed);
        var asked = await alice.AskAsync(Endless, "sandbox-pace");
        await alice.UntilWritingAsync(asked, letters: 200);
        var elsewhere = alice.On(app.Node);
        var reader = elsewhere.FollowAsync(asked);
        await UntilStoredAsync(asked);

        await doomed.KillAsync();
        var died = Stopwatch.StartNew();
        // Whoever reads on a living node is told, without a reload.
        var answer = (await reader).Answer!;

        died.Elapsed.TotalSeconds.ShouldBeLessThan(15);
        ShouldBeInterrupted(answer);
        (await elsewhere.LookAsync(asked)).ShouldBe(answer);
        (await app.Books.HeldAsync(alice.Email)).ShouldBe(Money.Zero);
        (await elsewhere.BalanceAsync()).ShouldBe(Money.Roubles(50));
        await app.Books.ShouldBeInOrderAsync();

        var again = await elsewhere.AnswerAsync(await elsewhere.RetryAsync(asked, "sandbox-echo"));
        again.State.ShouldBe("completed");
    }

    [Fact]
    public async Task After_kill_9_the_embedded_default_puts_it_right_when_it_starts_again()
    {
        var folder = app.NewFolder();
        var doomed = await app.StartEmbeddedNodeAsync(folder);
        var alice = await app.SignUpAsync(doomed);
        var asked = await alice.AskAsync(Endless, "sandbox-pace");
        await alice.UntilWritingAsync(asked, letters: 200);
        // What a reader has seen for half a second is in the table by then.
        await alice.FollowAsync(asked, leave: screen => screen.Text.Length > 300);
        await doomed.KillAsync();

        var node = await app.StartEmbeddedNodeAsync(folder);
        var back = alice.On(node);
        ShouldBeInterrupted(await back.LookAsync(asked));
        (await back.BalanceAsync()).ShouldBe(Money.Roubles(50));
        var again = await back.AnswerAsync(await back.RetryAsync(asked, "sandbox-echo"));
        again.State.ShouldBe("completed");

        // Ctrl+C, or a restart of the machine, in the middle of the next answer.
        var next = await back.AskAsync(Endless, "sandbox-pace", asked.Chat);
        await back.UntilWritingAsync(next, letters: 100);
        var stopping = Stopwatch.StartNew();
        (await node.StopAsync()).ShouldBe(0, node.Output);
        stopping.Elapsed.TotalSeconds.ShouldBeLessThan(20);
        ProcessesAbout(folder).ShouldBeEmpty();

        await using var third = await app.StartEmbeddedNodeAsync(folder);
        var later = alice.On(third);
        ShouldBeInterrupted(await later.LookAsync(next));
        (await later.BalanceAsync()).ShouldBe(CutToKopecks(Money.Roubles(50) - again.Charge));
        (await third.StopAsync()).ShouldBe(0);
        ProcessesAbout(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task SIGTERM_ends_a_running_answer_as_interrupted_while_somebody_reads_it()
    {
        var node = await app.StartNodeAsync();
        var alice = await app.SignUpAsync(node);
        var asked = await alice.AskAsync(Endless, "sandbox-pace");
        await alice.UntilWritingAsync(asked, letters: 100);
        var there = alice.On(app.Node).FollowAsync(asked);
        var here = alice.FollowAsync(asked);

        var stopping = Stopwatch.StartNew();
        (await node.StopAsync(60)).ShouldBe(0, node.Output);

        stopping.Elapsed.TotalSeconds.ShouldBeLessThan(15);
        ShouldBeInterrupted((await there).Answer!);
        ShouldBeInterrupted((await here).Answer!);
        ShouldBeInterrupted(await alice.On(app.Node).LookAsync(asked));
        (await app.Books.HeldAsync(alice.Email)).ShouldBe(Money.Zero);
        (await alice.On(app.Node).BalanceAsync()).ShouldBe(Money.Roubles(50));
        await app.Books.ShouldBeInOrderAsync();
    }

    [Fact]
    public async Task SIGTERM_sends_the_readers_of_other_nodes_answers_there()
    {
        var node = await app.StartNodeAsync();
        var alice = await app.SignUpAsync();
        var asked = await alice.AskAsync(Endless, "sandbox-pace");
        await alice.UntilWritingAsync(asked, letters: 100);
        var screen = new Screen();
        var reader = alice.On(node).FollowAsync(asked, screen);
        await Eventually.TrueAsync(
            () => Task.FromResult(screen.Html.Length > 0),
            "words on the other node"
        );

        var stopping = Stopwatch.StartNew();
        (await node.StopAsync(60)).ShouldBe(0, node.Output);
        stopping.Elapsed.TotalSeconds.ShouldBeLessThan(10);
        // The connection just ends, and the browser comes back: here to the node that has the answer.
        await Should.ThrowAsync<InvalidOperationException>(reader);
        await alice.StopAsync(asked);
        (await alice.FollowAsync(asked, screen)).Answer!.State.ShouldBe("stopped");
    }

    [Fact]
    public async Task SIGTERM_lets_an_answer_finish_that_is_nearly_done()
    {
        var node = await app.StartNodeAsync();
        var alice = await app.SignUpAsync(node);
        var asked = await alice.AskAsync("pace 100 x 20ms", "sandbox-pace");
        await alice.UntilWritingAsync(asked, letters: 40);
        (await node.StopAsync(60)).ShouldBe(0);

        var answer = await alice.On(app.Node).LookAsync(asked);
        answer.State.ShouldBe("completed", answer.Note);
        answer.Charge.ShouldBeGreaterThan(Money.Zero);
        await app.Books.ShouldBeInOrderAsync();
    }

    private static void ShouldBeInterrupted(Answer answer)
    {
        answer.State.ShouldBe("interrupted");
        answer.Note.ShouldNotBeNull();
        answer.Note.ShouldContain("interrupted");
        answer.Note.ShouldContain("Nothing was charged.");
        answer.Charge.ShouldBe(Money.Zero);
        answer.CanTryAgain.ShouldBeTrue();
        answer.Text.ShouldStartWith("the net room runs at an even pace");
    }

    private Task UntilStoredAsync(Asked asked) =>
        Eventually.TrueAsync(
            () =>
                app.Books.ScalarAsync<bool>(
                    "SELECT count(*) > 2 FROM generation.event e JOIN chats.message m ON m.run_id = e.run_id WHERE m.id = $1",
                    asked.Answer
                ),
            "events in the table"
        );

    private static Money CutToKopecks(Money money) =>
        new(money.Micro / Money.MicroPerKopeck * Money.MicroPerKopeck);

    private static List<string> ProcessesAbout(string folder) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(process => Path.Combine(process, "cmdline"))
                .Where(File.Exists)
                .Select(CommandLine)
                .Where(line => line.Contains(folder, StringComparison.Ordinal)),
        ];

    private static string CommandLine(string file)
    {
        try
        {
            return File.ReadAllText(file).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
