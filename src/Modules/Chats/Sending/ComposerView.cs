using NetRoom.Catalog;
using NetRoom.Kernel;

namespace NetRoom.Chats.Sending;

/// <summary>A model as the composer's list shows it.</summary>
public sealed record Choice(ModelInfo Model, string Provider, bool IsAvailable);

/// <summary>What the composer shows.</summary>
/// <param name="Action">Where the form goes.</param>
/// <param name="Running">The answer that is being written, whose run Send has become Stop for.</param>
public sealed record ComposerView(
    Guid? ConversationId,
    string Action,
    IReadOnlyList<Choice> Choices,
    ModelInfo Chosen,
    string? Effort,
    QuoteView Quote,
    string Text = "",
    Problem? Problem = null,
    Message? Running = null
);

/// <summary>The price line under the box: a quote, or why there is none.</summary>
public sealed record QuoteView(
    Money Balance,
    Billing.Quote? Quote,
    Problem? Problem,
    int WantedAnswerTokens
)
{
    /// <summary>What pays instead of money, if anything does.</summary>
    public Billing.EntitlementView? PaidBy { get; init; }

    /// <summary>µ₽. What the form sends back as agreed to: no money where something else pays.</summary>
    public long AgreedCeiling =>
        Quote is { Funding.Kind: Billing.FundingKind.Wallet } ? Quote.Ceiling.Micro : 0;
}
