using System.Text.Json.Serialization;

namespace NetRoom.Api.Account;

/// <summary>How the endpoints of this folder write.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(BalanceAnswer))]
[JsonSerializable(typeof(GenerationAnswer))]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(OpenAiModels))]
[JsonSerializable(typeof(AnthropicModels))]
[JsonSerializable(typeof(ModelAnswer))]
internal sealed partial class AccountJson : JsonSerializerContext;
