using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NetRoom.Chats;
using NetRoom.Chats.Conversations;
using NetRoom.Generation;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;
using NetRoom.Tests.Accounts;
using NetRoom.Tests.Support;

namespace NetRoom.Tests.Chats;

[Collection(PostgresCollection.Name)]
public sealed class RetentionTests(Postgres postgres)
{
    private readonly TestClock clock = new();

    [Fact]
    public async Task Fourteen_days_after_it_was_asked_a_question_goes_with_its_answers()
    {
        await using var database = await CreateAsync();
        await ChatAsync(database, "old", lastDaysAgo: 15, [20, 15]);
        await ChatAsync(database, "both", lastDaysAgo: 2, [16, 2]);
        await ChatAsync(database, "new", lastDaysAgo: 13.9, [13.9]);
        await database.InScopeAsync(services =>
            new Retention(services.GetRequiredService<NetRoomDb>(), clock)
                .Execute(null!, default)
                .AsTask()
        );

        var (chats, texts) = await LeftAsync(database);
        chats.ShouldBe(["both", "new"]);
        texts.ShouldBe(["answer 13.9", "answer 2", "question 13.9", "question 2"]);
    }

    [Fact]
    public async Task A_second_run_finds_nothing_to_do()
    {
        await using var database = await CreateAsync();
        await ChatAsync(database, "kept", lastDaysAgo: 1, [1]);
        for (var i = 0; i < 2; i++)
            await database.InScopeAsync(services =>
                new Retention(services.GetRequiredService<NetRoomDb>(), clock)
                    .Execute(null!, default)
                    .AsTask()
            );
        (await LeftAsync(database)).Texts.Count.ShouldBe(2);
    }

    private Task<TestDatabase> CreateAsync() =>
        postgres.CreateAsync(services => services.AddModule<ChatsModel>("chats"));

    private Task ChatAsync(
        TestDatabase database,
        string title,
        double lastDaysAgo,
        double[] askedDaysAgo
    ) =>
        database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoomDb>();
            var chat = new Conversation
            {
                Id = Ids.New(),
                AccountId = Ids.New(),
                Title = title,
                ModelId = "fake",
                CreatedAt = Ago(lastDaysAgo + 1),
                UpdatedAt = Ago(lastDaysAgo),
            };
            db.Add(chat);
            foreach (var days in askedDaysAgo)
            {
                var question = Said(
                    chat.Id,
                    null,
                    FormattableString.Invariant($"question {days}"),
                    Ago(days)
                );
                db.Add(question);
                db.Add(
                    Said(
                        chat.Id,
                        question.Id,
                        FormattableString.Invariant($"answer {days}"),
                        Ago(days)
                    )
                );
            }

            await db.SaveChangesAsync();
        });

    private static Message Said(Guid chat, Guid? question, string text, DateTimeOffset at) =>
        new()
        {
            Id = Ids.New(),
            ConversationId = chat,
            QuestionId = question,
            Text = text,
            CreatedAt = at,
            RunId = question is null ? null : Ids.New(),
            ModelId = question is null ? null : "fake",
            State = question is null ? null : RunState.Completed,
        };

    private DateTimeOffset Ago(double days) => clock.GetUtcNow() - TimeSpan.FromDays(days);

    private static Task<(List<string> Chats, List<string> Texts)> LeftAsync(
        TestDatabase database
    ) =>
        database.InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<NetRoomDb>();
            return (
                await db.Set<Conversation>()
                    .Select(chat => chat.Title)
                    .OrderBy(it => it)
                    .ToListAsync(),
                await db.Set<Message>()
                    .Select(message => message.Text)
                    .OrderBy(it => it)
                    .ToListAsync()
            );
        });
}
