using Microsoft.Extensions.DependencyInjection;
using NetRoom.Accounts;
using NetRoom.Billing;
using NetRoom.Chats;
using NetRoom.Chats.Answers;
using NetRoom.Chats.Sending;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Tests.Billing;
using NetRoom.Tests.Generation;
using NetRoom.Tests.Support;
using static NetRoom.Tests.Generation.FakeChatClient;

namespace NetRoom.Tests.Chats;

/// <summary>From a draft to a question, an answer and a run: all of them, or none and the reason.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SenderTests(Postgres postgres) : IAsyncLifetime
{
    private readonly Person me = new();
    private Node node = null!;

    public async Task InitializeAsync()
    {
        node = await Node.FirstAsync(
            postgres,
            _ => Of(Says("an answer"), Ends(10, 10)),
            services =>
            {
                services.AddModule<ChatsModel>("chats");
                services.AddScoped<IRunOwner, ChatAnswers>();
                services.AddScoped<Sender>();
                services.AddSingleton<ICurrentAccount>(me);
            }
        );
        await new Purse(node.Database, me.Id).GrantAsync(LotClass.Real, Money.Roubles(10));
    }

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task A_message_in_a_new_chat_is_answered_and_the_next_one_goes_on()
    {
        var first = Succeed(await SendAsync(New("Hello")));
        await EndedAsync(first);
        var second = Succeed(
            await SendAsync(New("And more") with { ConversationId = first.ConversationId })
        );
        second.ConversationId.ShouldBe(first.ConversationId);
        await EndedAsync(second);
        (
            await CountAsync("message WHERE text = 'an answer' AND state = 1 AND charged_micro > 0")
        ).ShouldBe(2);
    }

    [Fact]
    public async Task A_double_click_is_one_message()
    {
        var draft = New("Hello");
        var sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync(draft)));
        sent.Select(it => Succeed(it).Answer.Id).Distinct().ShouldHaveSingleItem();
        (await CountAsync("message")).ShouldBe(2);
        (await CountAsync("conversation")).ShouldBe(1);
        (await node.Database.ScalarAsync<long>("SELECT count(*) FROM billing.hold")).ShouldBe(1);
        await EndedAsync(Succeed(sent[0]));
    }

    [Fact]
    public async Task A_double_click_with_the_last_rouble_is_one_message()
    {
        me.Id = Ids.New();
        await new Purse(node.Database, me.Id).GrantAsync(LotClass.Real, Money.Roubles(1));
        var draft = New("Hello");
        var sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync(draft)));
        sent.Select(it => Succeed(it).Answer.Id).Distinct().ShouldHaveSingleItem();
        await EndedAsync(Succeed(sent[0]));
    }

    [Fact]
    public async Task Two_tabs_start_one_answer_at_a_time()
    {
        var first = Succeed(await SendAsync(New("Hello")));
        await EndedAsync(first);
        var sent = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(i =>
                    SendAsync(New($"tab {i}") with { ConversationId = first.ConversationId })
                )
        );
        sent.Where(it => it.Problem is not null)
            .Select(it => it.Problem!.Code)
            .Distinct()
            .ShouldBeSubsetOf(["chats.still_answering"]);
        sent.ShouldContain(it => it.Problem == null);
        await Node.UntilAsync(async () => await CountAsync("message WHERE state = 0") == 0);
    }

    [Fact]
    public async Task A_zero_character_is_left_out()
    {
        var sent = Succeed(await SendAsync(New("a\0b")));
        await EndedAsync(sent);
        (
            await node.Database.ScalarAsync<string>(
                "SELECT text FROM chats.message WHERE question_id IS NULL"
            )
        ).ShouldBe("ab");
    }

    [Theory]
    [InlineData("", "fake", null, "chats.empty")]
    [InlineData(" \n\t", "fake", null, "chats.empty")]
    [InlineData("\0", "fake", null, "chats.empty")]
    [InlineData("Hello", "unknown", null, "chats.unknown_model")]
    [InlineData("Hello", "fake", 1L, "chats.price_changed")]
    public async Task What_cannot_be_sent_leaves_nothing_behind(
        string text,
        string model,
        long? ceiling,
        string code
    )
    {
        var draft = New(text) with { Wish = Wish.Of(model, null, ceiling) };
        (await SendAsync(draft)).Problem!.Code.ShouldBe(code);
        (await CountAsync("message")).ShouldBe(0);
        (await CountAsync("conversation")).ShouldBe(0);
        await new Purse(node.Database, me.Id).ShouldHaveAsync(Money.Roubles(10), Money.Zero);
    }

    [Fact]
    public async Task Nobody_writes_into_the_chat_of_another()
    {
        var sent = Succeed(await SendAsync(New("Hello")));
        await EndedAsync(sent);
        me.Id = Ids.New();
        (
            await SendAsync(New("Hello") with { ConversationId = sent.ConversationId })
        ).Problem!.Code.ShouldBe("chats.gone");
    }

    [Fact]
    public async Task The_hold_is_never_above_what_was_on_the_screen()
    {
        var shown = Money.Kopecks(20);
        await EndedAsync(
            Succeed(await SendAsync(New("Hello") with { Wish = new Wish("fake", null, shown) }))
        );
        (
            await node.Database.ScalarAsync<long>("SELECT amount FROM billing.hold")
        ).ShouldBeLessThanOrEqualTo(shown.Micro);
    }

    private static Draft New(string text) =>
        new(null, Ids.New(), text, new Wish("fake", null, null));

    private Task<Outcome<Sent>> SendAsync(Draft draft) =>
        node.Database.InScopeAsync(services =>
            services.GetRequiredService<Sender>().SendAsync(draft, default)
        );

    private Task EndedAsync(Sent sent) =>
        Node.UntilAsync(async () =>
            await CountAsync($"message WHERE id = '{sent.Answer.Id}' AND state <> 0") == 1
        );

    private Task<long> CountAsync(string what) =>
        node.Database.ScalarAsync<long>($"SELECT count(*) FROM chats.{what}");

    private static Sent Succeed(Outcome<Sent> outcome)
    {
        outcome.Succeeded(out var sent, out var problem).ShouldBeTrue(problem?.Code);
        return sent!;
    }

    private sealed class Person : ICurrentAccount
    {
        public bool IsSignedIn => true;

        public Guid Id { get; set; } = Ids.New();

        public string Language => "en";

        public string Label => "person@example.test";

        public bool IsAdult => true;

        public bool IsOwner => false;
    }
}
