using NetRoom.Bench.Markup;
using NetRoom.Bench.Site;
using Npgsql;

namespace NetRoom.Bench.Pages;

/// <summary>A chat of a hundred messages as people have them: answers with code, tables, lists and formulas.</summary>
internal static class SampleChat
{
    /// <returns>The chat's path.</returns>
    public static async Task<string> WriteAsync(LiveSite site, Person person, int messages)
    {
        await person.OpenChatAsync("sandbox-instant", "hello");
        var chat = Guid.Parse(person.ChatPath.Split('/')[^1]);
        var (ids, questions, texts) = (new List<Guid>(), new List<Guid>(), new List<string>());
        for (var i = 0; i < messages / 2 - 1; i++)
        {
            var question = Kernel.Ids.New();
            ids.Add(question);
            questions.Add(Guid.Empty);
            texts.Add($"Question {i}: how does this work, and what would you do in my place?");
            ids.Add(Kernel.Ids.New());
            questions.Add(question);
            texts.Add(SampleText.Answer(i));
        }

        await using var insert = site.Database.CreateCommand(
            """
            INSERT INTO chats.message(id, conversation_id, question_id, text, ascii, created_at, run_id, model_id, state, charged_micro, ended_at)
            SELECT id, $1, nullif(question, '00000000-0000-0000-0000-000000000000'), body, length(body), now() + n * interval '1 ms',
                   CASE WHEN answers THEN gen_random_uuid() END, CASE WHEN answers THEN 'sandbox-echo' END,
                   CASE WHEN answers THEN 1 END, CASE WHEN answers THEN 123456 ELSE 0 END, CASE WHEN answers THEN now() END
              FROM (SELECT *, question <> '00000000-0000-0000-0000-000000000000' AS answers
                      FROM unnest($2::uuid[], $3::uuid[], $4::text[]) WITH ORDINALITY AS u(id, question, body, n)) rows
             ORDER BY n
            """
        );
        insert.Parameters.Add(new NpgsqlParameter { Value = chat });
        insert.Parameters.Add(new NpgsqlParameter { Value = ids.ToArray() });
        insert.Parameters.Add(new NpgsqlParameter { Value = questions.ToArray() });
        insert.Parameters.Add(new NpgsqlParameter { Value = texts.ToArray() });
        await insert.ExecuteNonQueryAsync();
        return person.ChatPath;
    }
}
