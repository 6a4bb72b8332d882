using System.Text;
using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Gemini;

/// <summary>Reads <c>contents</c> and the system instruction; the rules are about roles, parts, calls and signatures.</summary>
internal static class GeminiContents
{
    public static List<Turn>? Read(JsonElement body, SandboxModel model, out GeminiError? error)
    {
        error = null;
        var turns = new List<Turn>();
        if (body.Field("systemInstruction") is { } system)
        {
            error = Add(turns, system, Role.System, model, "system_instruction");
        }
        var contents = body.Items("contents").ToList();
        if (contents.Count == 0)
        {
            error = GeminiError.Invalid(
                "* GenerateContentRequest.contents: contents is not specified"
            );
        }
        foreach (var (i, content) in contents.Index())
        {
            var name = content.Text("role") ?? "user";
            if (name is not ("user" or "model"))
            {
                error ??= GeminiError.Invalid("Please use a valid role: user, model.");
            }
            error ??= Add(
                turns,
                content,
                name == "model" ? Role.Assistant : Role.User,
                model,
                $"contents[{i}]"
            );
        }
        error ??= CallProblem(contents);
        return error is null ? turns : null;
    }

    private static GeminiError? Add(
        List<Turn> turns,
        JsonElement content,
        Role role,
        SandboxModel model,
        string place
    )
    {
        var text = new StringBuilder();
        var tokens = 0;
        var attachments = new List<string>();
        var signed = false;
        foreach (var (i, part) in content.Items("parts").Index())
        {
            if (part.Text("thoughtSignature") is { } signature)
            {
                if (!signature.StartsWith(GeminiWriter.SignatureMark, StringComparison.Ordinal))
                {
                    return GeminiError.Invalid($"{place}.parts[{i}]: Corrupted thought signature.");
                }
                signed = true;
            }
            if (part.Text("text") is { } words)
            {
                text.Append(text.Length == 0 ? "" : "\n").Append(words);
                tokens += Tokenizer.Count(words);
            }
            else if (part.Field("inlineData") is { } blob)
            {
                var seen = Attachment.Describe(
                    blob.Text("mimeType") ?? "?",
                    blob.Text("data") ?? "?"
                );
                if (seen is null || blob.Text("mimeType") is null)
                {
                    return GeminiError.Invalid(
                        $"{place}.parts[{i}].inline_data: Base64 decoding failed"
                    );
                }
                attachments.Add(seen);
                tokens += Tokenizer.AttachmentTokens;
            }
            else if (part.Field("fileData") is not null)
            {
                attachments.Add("a linked file");
                tokens += Tokenizer.AttachmentTokens;
            }
            else if (part.Field("functionCall") is { } call)
            {
                // Parallel calls share the signature of the first.
                if (model.Thinks && !signed)
                {
                    return GeminiError.Invalid(
                        $"Function call is missing a thought_signature in functionCall parts. {place}.parts[{i}]"
                    );
                }
                tokens += Tokenizer.Count(call.GetRawText());
            }
            else if (part.Field("functionResponse") is { } result)
            {
                if (result.Field("response") is not { ValueKind: JsonValueKind.Object } given)
                {
                    return GeminiError.Invalid(
                        $"{place}.parts[{i}].function_response.response is required"
                    );
                }
                var said = given.Text("result") ?? given.GetRawText();
                turns.Add(new Turn(Role.Tool, said, Tokenizer.Count(said), []));
            }
            else
            {
                return GeminiError.Invalid(
                    $"{place}.parts[{i}].data: required oneof field 'data' must have one initialized field"
                );
            }
        }
        if (text.Length > 0 || attachments.Count > 0 || role is Role.Assistant)
        {
            turns.Add(new Turn(role, text.ToString(), tokens, attachments));
        }
        return null;
    }

    private static GeminiError? CallProblem(List<JsonElement> contents)
    {
        string[] open = [];
        foreach (var content in contents)
        {
            var results = Names(content, "functionResponse");
            if (!open.Order().SequenceEqual(results.Order()))
            {
                return GeminiError.Invalid(
                    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn."
                );
            }
            open = Names(content, "functionCall");
        }
        return open.Length == 0
            ? null
            : GeminiError.Invalid(
                "Please ensure that function call turn comes immediately before a function response turn."
            );
    }

    private static string[] Names(JsonElement content, string kind) =>
        [.. content.Items("parts").Select(part => part.Field(kind)?.Text("name")).OfType<string>()];
}
