using Microsoft.Extensions.AI;
using NetRoom.Providers;

namespace NetRoom.Tests.Providers.Conformance;

// Faults that are asked for by the model's name, refusals and limits.
public sealed partial class SandboxConformance
{
    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Faults_of_the_provider_are_sorted_alike(string provider)
    {
        (string Model, ProviderErrorKind? Kind)[] faults =
        [
            ("fault-cut", ProviderErrorKind.Cut),
            ("fault-cut-early", ProviderErrorKind.Cut),
            ("fault-error-in-stream", ProviderErrorKind.Overloaded),
            ("fault-error-200", ProviderErrorKind.Overloaded),
            ("fault-401", ProviderErrorKind.Key),
            ("fault-quota", ProviderErrorKind.Quota),
            ("fault-500", ProviderErrorKind.Overloaded),
            ("fault-html-error", ProviderErrorKind.Overloaded),
            ("fault-none", ProviderErrorKind.NotFound),
            ("fault-split-utf8", null),
            ("fault-crlf", null),
            ("fault-multi-data", null),
            ("fault-keepalive", null),
            ("fault-no-usage", null),
            ("fault-big-event", null),
            ("fault-flaky", null),
        ];
        foreach (var (model, kind) in faults)
        {
            var heard = await AskAsync(provider, model, null, Says("Hello"));
            heard.Kind.ShouldBe(kind, $"{model}: {heard.Error}");
            if (kind is null)
                heard.Finish.ShouldBe(ChatFinishReason.Stop, model);
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Refusals_and_limits_are_told_alike(string provider)
    {
        var refused = await HearAsync(provider, "fault-refusal", null, Says("Hello"));
        var spent = await HearAsync(provider, "fault-length", null, Says("Hello"));
        var limited = await HearAsync(
            provider,
            "sandbox-writer",
            new() { MaxOutputTokens = 7 },
            Says("Write")
        );

        refused.Finish.ShouldBe(ChatFinishReason.ContentFilter);
        (spent.Text, spent.Finish).ShouldBe(("", ChatFinishReason.Length));
        (limited.Finish, limited.Details.OutputTokenCount).ShouldBe((ChatFinishReason.Length, 7));
    }

    [Fact]
    public async Task A_blocked_prompt_has_no_answer_and_is_counted()
    {
        var heard = await HearAsync(
            "sandbox-google",
            "sandbox-echo",
            null,
            Says("BLOCK-THIS-PROMPT please")
        );

        (heard.Text, heard.Finish).ShouldBe(("", ChatFinishReason.ContentFilter));
        heard.Details.InputTokenCount!.Value.ShouldBeGreaterThan(0);
        heard.Updates.ShouldContain(update =>
            update.AdditionalProperties!.ContainsKey(StreamMarks.StopDetails)
        );
    }
}
