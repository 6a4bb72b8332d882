#pragma warning disable RS0030 // The Random here is seeded, so that a failure can be replayed.
using Microsoft.Extensions.AI;
using NetRoom.Chats;
using NetRoom.Chats.Sending;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Tests.Generation;

namespace NetRoom.Tests.Chats;

public sealed class PromptTests
{
    [Fact]
    public void The_newest_messages_are_kept_as_long_as_half_of_the_context_holds()
    {
        var model = FakeMarket.Model(context: 2_000);
        // Each message is 96 tokens and 4 for its frame; the question takes 100 of the 1,000.
        TextSize[] history = [.. Enumerable.Repeat(new TextSize(384, 0), 50)];
        Prompt.Fitting(model, new TextSize(400, 0), history).ShouldBe(9);
        Prompt.Fitting(model, new TextSize(4_000, 0), history).ShouldBe(0);
        Prompt.Fitting(model, new TextSize(40_000, 0), history).ShouldBe(0);
        Prompt.Fitting(model, default, []).ShouldBe(0);
    }

    [Fact]
    public void A_message_that_does_not_fit_ends_the_past_even_if_older_ones_would_fit()
    {
        TextSize[] history = [new(40, 0), new(400_000, 0), new(40, 0)];
        Prompt.Fitting(FakeMarket.Model(context: 2_000), default, history).ShouldBe(1);
    }

    [Fact]
    public void What_is_sent_is_what_was_said_oldest_first_with_the_question_last()
    {
        var conversation = Ids.New();
        var first = Said("first question", null);
        var answer = Said("first answer", first.Id);
        var second = Said("second question", null);
        var messages = Prompt.Messages(FakeMarket.Model(), second, [answer, first]);
        messages
            .Select(message => (message.Role, message.Text))
            .ShouldBe([
                (ChatRole.User, "first question"),
                (ChatRole.Assistant, "first answer"),
                (ChatRole.User, "second question"),
            ]);

        Message Said(string text, Guid? questionId)
        {
            var size = TextSize.Of(text);
            return new Message
            {
                Id = Ids.New(),
                ConversationId = conversation,
                QuestionId = questionId,
                Text = text,
                Ascii = (int)size.Ascii,
                Other = (int)size.Other,
                CreatedAt = DateTimeOffset.MinValue,
            };
        }
    }

    [Fact]
    public void The_size_that_is_priced_is_the_size_that_is_sent()
    {
        var random = new Random(9);
        for (var i = 0; i < 300; i++)
        {
            var model = FakeMarket.Model(context: random.Next(100, 50_000));
            var question = SomeSize(random);
            TextSize[] history =
            [
                .. Enumerable.Range(0, random.Next(0, 40)).Select(_ => SomeSize(random)),
            ];
            var sum = history
                .Take(Prompt.Fitting(model, question, history))
                .Aggregate(question, (total, size) => total + size);
            Prompt.Size(model, question, history).ShouldBe(sum);
        }
    }

    private static TextSize SomeSize(Random random) =>
        new(random.Next(0, 5_000), random.Next(0, 1_000));
}
