using NetRoom.Catalog;
using NetRoom.Generation.Direct;
using NetRoom.Kernel;

namespace NetRoom.Api.Errors;

/// <summary>Why a paid call was not made or broke off, in words for a program.</summary>
internal static class CallErrors
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    public static readonly ApiError NoJson = ApiError.Invalid(
        "The body of the request is not the JSON that this endpoint takes."
    );

    public static ApiError NoModel(string id) =>
        ApiError.NotFound($"There is no model '{id}'. GET /v1/models lists them.") with
        {
            Param = "model",
        };

    public static ApiError OtherGroup(ModelInfo model, ModelGroup wanted) =>
        ApiError.Invalid(
            $"The model '{model.Id}' is of the group {model.Group}; this endpoint takes models of the group {wanted}.",
            "model",
            "model_of_other_group"
        );

    public static ApiError Away(string model) =>
        ApiError.Unavailable(
            $"The model '{model}' is not available at the moment. Choose another one.",
            "model_unavailable"
        ) with
        {
            Param = "model",
        };

    public static ApiError Of(Problem problem) =>
        problem.Code switch
        {
            "billing.balance_short" => ApiError.PaymentNeeded(
                $"The balance is short: this request may cost up to {Roubles(problem, 0)} RUB, and {Roubles(problem, 1)} RUB are available. Top up the balance, or ask for a shorter answer."
            ),
            "billing.debt" => ApiError.PaymentNeeded(
                "The balance owes money. Top it up to go on.",
                "balance_owes"
            ),
            "billing.wallet_frozen" => ApiError.Forbidden(
                "Spending from this balance is stopped. Write to support.",
                "balance_frozen"
            ),
            "billing.wallet_closed" => ApiError.Forbidden(
                "This balance is closed.",
                "balance_closed"
            ),
            "billing.limit_message" or "billing.limit_day" or "billing.limit_month" =>
                ApiError.Forbidden(
                    $"A spending limit of the account is reached: this request may cost up to {Roubles(problem, 0)} RUB, and {Roubles(problem, 1)} RUB are left of the limit. Raise it on the page of the balance.",
                    "spending_limit"
                ),
            "generation.cap_day" => KeyLimit("today", "key_limit_day"),
            "generation.cap_month" => KeyLimit("this month", "key_limit_month"),
            "generation.too_long" => ApiError.Invalid(
                $"The prompt is too long for this model: about {problem.Args[0]} tokens, and the model takes {problem.Args[1]} with its answer.",
                "messages",
                "context_length_exceeded"
            ),
            "generation.no_search" => ApiError.Invalid(
                "This model does not search the web here. Leave the search out, or choose a model with the badge \"web\" on the page of models.",
                "tools",
                "unsupported_parameter"
            ),
            "generation.not_sold" => ApiError.Invalid(
                $"This model is not sold in that size and quality. These are: {problem.Args[1]}.",
                "size",
                "size_not_sold"
            ),
            "generation.leaving" => ApiError.Unavailable(
                "This server is about to restart. Send the request again."
            ) with
            {
                RetryAfter = Moment,
            },
            "generation.no_price" => ApiError.Unavailable(
                "This model has no price at the moment, so it cannot be run. Choose another one.",
                "model_unavailable"
            ),
            "generation.unavailable" => ApiError.Unavailable(
                "This model is not available at the moment. Choose another one.",
                "model_unavailable"
            ),
            _ => new ApiError(
                (int)problem.Kind,
                "invalid_request_error",
                "invalid_request_error",
                problem.Code,
                "The request was refused."
            ),
        };

    public static ApiError Of(DirectFailure failure) =>
        failure.Code switch
        {
            "generation.failed.bad_request" => ApiError.Invalid(
                $"The model's provider did not accept the request{Said(failure)}"
            ),
            "generation.failed.too_long" => ApiError.Invalid(
                $"The prompt is too long for this model{Said(failure)}",
                "messages",
                "context_length_exceeded"
            ),
            "generation.failed.refused" => ApiError.Invalid(
                $"The provider's safety rules refused the request{Said(failure)}",
                null,
                "content_policy_violation"
            ),
            "generation.failed.rate" => ApiError.TooMany(
                "The model's provider gets too many requests just now. Nothing was charged.",
                failure.RetryAfter ?? Moment
            ) with
            {
                Code = "provider_rate_limited",
            },
            "generation.failed.overloaded" => ApiError.Unavailable(
                "The model's provider is overloaded. Nothing was charged; try again."
            ) with
            {
                RetryAfter = failure.RetryAfter,
            },
            "generation.failed.cut" => Upstream(
                502,
                "The connection to the model's provider broke before the answer was complete. Nothing was charged; try again.",
                "provider_cut"
            ),
            "generation.failed.timeout" => Upstream(
                504,
                "The model's provider did not answer in time. Nothing was charged; try again.",
                "provider_timeout"
            ),
            "generation.failed.unreachable" => ApiError.Unavailable(
                "The model's provider could not be reached. Nothing was charged; try again."
            ),
            "generation.failed.not_found" or "generation.failed.operator" => ApiError.Unavailable(
                "The model cannot be reached through us at the moment. Nothing was charged; choose another one.",
                "model_unavailable"
            ),
            "generation.failed.interrupted" => ApiError.Unavailable(
                "The answer was interrupted by a restart on our side. Nothing was charged; send the request again."
            ),
            _ => ApiErrors.Broken,
        };

    private static ApiError KeyLimit(string period, string code) =>
        ApiError.Forbidden(
            $"The API key's own limit is reached: this request may cost more than is left of it {period}. Raise the limit in the settings of the key.",
            code
        );

    private static ApiError Upstream(int status, string message, string code) =>
        new(status, "server_error", "api_error", code, message);

    private static string Said(DirectFailure failure) =>
        failure.Detail is { } detail ? $": {detail}" : ".";

    private static string Roubles(Problem problem, int at) =>
        ((Money)problem.Args[at]).ToInvariantNumber();
}
