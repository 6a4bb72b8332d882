using System.Text.Json;
using NetRoom.Sandbox.Answers;

namespace NetRoom.Sandbox.Gemini;

/// <summary>Tools, search and the form of the answer.</summary>
internal static class GeminiTools
{
    public static Ask Read(JsonElement body, JsonElement settings, Ask ask)
    {
        var calling = body.Field("toolConfig")?.Field("functionCallingConfig");
        var only = calling?.Items("allowedFunctionNames").Select(name => name.GetString()).ToList();
        return ask with
        {
            Tools =
            [
                .. body.Items("tools")
                    .SelectMany(tool => tool.Items("functionDeclarations"))
                    .Select(function => new ToolOffer(
                        function.Text("name") ?? "",
                        function.Field("parametersJsonSchema") ?? function.Field("parameters")
                    )),
            ],
            ToolUse = calling?.Text("mode") switch
            {
                "ANY" => ToolUse.Always,
                "NONE" => ToolUse.Never,
                _ => ToolUse.Free,
            },
            OnlyTool = only is [{ } name] ? name : null,
            Searches = body.Items("tools").Any(tool => tool.Field("googleSearch") is not null),
            Schema = settings.Field("responseJsonSchema") ?? settings.Field("responseSchema"),
            Json = settings.Text("responseMimeType") == "application/json",
        };
    }
}
