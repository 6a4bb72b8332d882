using Microsoft.Extensions.AI;
using NetRoom.Providers;
using NetRoom.Providers.PassThrough;

namespace NetRoom.Generation.Direct;

/// <summary>Counts what a translated answer has brought.</summary>
internal static class AnswerMeter
{
    public static void Add(AnswerReading seen, ChatResponseUpdate update)
    {
        if (update.AdditionalProperties?.ContainsKey(StreamMarks.Restart) == true)
            seen.Restart();
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextReasoningContent reasoning:
                    Count(seen, reasoning.Text);
                    break;
                case TextContent text:
                    Count(seen, text.Text);
                    seen.HasText |= !string.IsNullOrWhiteSpace(text.Text);
                    break;
                case FunctionCallContent call:
                    seen.HasToolCalls = true;
                    Count(seen, call.Name);
                    Count(seen, call.RawRepresentation as string ?? "{}");
                    break;
                case UsageContent usage:
                    seen.Usage = usage.Details;
                    break;
            }
        }
        seen.Finish = update.FinishReason ?? seen.Finish;
    }

    private static void Count(AnswerReading seen, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        var size = TextSize.Of(text);
        seen.Ascii += size.Ascii;
        seen.Other += size.Other;
    }
}
