using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace NetRoom.Sandbox.SignIn;

/// <summary>
/// Google, Yandex and Telegram as sign-in providers: a page that asks whether to allow it, tokens, keys, and facts about the person. At
/// each of them everything can go wrong.
/// </summary>
internal static class SignInTwins
{
    private static readonly string[] Providers = ["google", "yandex", "telegram"];

    public static IServiceCollection AddSignIn(this IServiceCollection services) =>
        services.AddSingleton<SignInGrants>().AddSingleton<SandboxIdTokens>();

    public static void MapSignIn(this WebApplication app)
    {
        foreach (var provider in Providers)
        {
            var at = "/sign-in/" + provider;
            app.MapGet(at + "/authorize", (HttpRequest request) => Ask(provider, request));
            app.MapPost(
                at + "/consent",
                (HttpRequest request, SignInGrants grants) => DecideAsync(provider, request, grants)
            );
            app.MapPost(
                at + "/token",
                (HttpRequest request, SignInGrants grants, SandboxIdTokens tokens) =>
                    RedeemAsync(provider, request, grants, tokens)
            );
            if (provider != "yandex")
                app.MapGet(at + "/keys", (SandboxIdTokens tokens) => Json(tokens.Keys()));
        }

        app.MapGet("/sign-in/yandex/info", TellYandex);
        app.MapTelegramClient();
    }

    private static IResult Ask(string provider, HttpRequest request) =>
        SignInRequest.Read(provider, name => request.Query[name]) is { } asked
            ? ConsentPage.Of(asked)
            : TypedResults.BadRequest("This is no request to sign in.");

    private static async Task<IResult> DecideAsync(
        string provider,
        HttpRequest request,
        SignInGrants grants
    )
    {
        var form = await request.ReadFormAsync();
        if (SignInRequest.Read(provider, name => form[name]) is not { } asked)
            return TypedResults.BadRequest("This is no request to sign in.");
        if (form["decision"] != "allow")
            return TypedResults.Redirect(
                Back(asked, ("error", "access_denied"), ("state", asked.State))
            );
        var fault = form["fault"].ToString() is { Length: > 0 } chosen ? chosen : SignInFaults.None;
        var person = SandboxPeople.Find(
            form["other"].ToString() is { Length: > 0 } other ? other : form["person"].ToString()
        );
        var code = grants.GiveCode(asked, person, fault);
        var state = fault == SignInFaults.WrongState ? new string('A', 22) : asked.State;
        var back = Back(asked, ("code", code), ("state", state));
        return fault == SignInFaults.ReplayedState
            ? ConsentPage.TwoWaysBack(back)
            : TypedResults.Redirect(back);
    }

    private static async Task<IResult> RedeemAsync(
        string provider,
        HttpRequest request,
        SignInGrants grants,
        SandboxIdTokens tokens
    )
    {
        var form = await request.ReadFormAsync();
        if (!IsClient(provider, request))
            return Refuse("invalid_client", StatusCodes.Status401Unauthorized);
        if (
            form["grant_type"] != "authorization_code"
            || grants.TakeCode(form["code"].ToString()) is not { } grant
            || grant.Request.Provider != provider
            || grant.Request.RedirectUri != form["redirect_uri"]
            || Challenge(form["code_verifier"].ToString()) != grant.Request.Challenge
        )
            return Refuse("invalid_grant", StatusCodes.Status400BadRequest);
        if (grant.Fault == SignInFaults.Slow)
            await Task.Delay(Timeout.InfiniteTimeSpan, request.HttpContext.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (grant.Fault == SignInFaults.Broken)
            return TypedResults.Content(
                "<h1>Something broke</h1>",
                "text/html",
                statusCode: StatusCodes.Status500InternalServerError
            );
        var answer = new JsonObject
        {
            ["access_token"] = grants.GiveToken(grant),
            ["token_type"] = "bearer",
            ["expires_in"] = 3600,
        };
        if (provider != "yandex")
            answer["id_token"] = tokens.Write(
                $"{request.Scheme}://{request.Host}/sign-in/{provider}",
                grant
            );
        return Json(answer.ToJsonString());
    }

    private static IResult TellYandex(HttpRequest request, SignInGrants grants)
    {
        const string scheme = "OAuth ";
        var authorization = request.Headers.Authorization.ToString();
        if (
            !authorization.StartsWith(scheme, StringComparison.Ordinal)
            || grants.OfToken(authorization[scheme.Length..])
                is not { Request.Provider: "yandex" } grant
        )
            return TypedResults.Unauthorized();
        var person = grant.Person;
        return Json(
            new JsonObject
            {
                ["id"] = "20" + person.Subject,
                ["login"] = person.Login,
                ["client_id"] =
                    grant.Fault == SignInFaults.WrongAudience
                        ? "another-client"
                        : grant.Request.ClientId,
                ["default_email"] = person.Email,
                ["emails"] = new JsonArray(person.Email),
                ["display_name"] = person.FirstName,
                ["real_name"] = person.Name,
                ["first_name"] = person.FirstName,
                ["last_name"] = person.LastName,
            }.ToJsonString()
        );
    }

    private static bool IsClient(string provider, HttpRequest request)
    {
        var expected = Convert.ToBase64String(
            Encoding.UTF8.GetBytes(
                $"{SandboxClients.IdOf(provider)}:{SandboxClients.SecretOf(provider)}"
            )
        );
        return request.Headers.Authorization == "Basic " + expected;
    }

    private static string Challenge(string verifier) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private static string Back(
        SignInRequest asked,
        params IEnumerable<(string Name, string Value)> query
    ) =>
        QueryHelpers.AddQueryString(
            asked.RedirectUri,
            query.ToDictionary(pair => pair.Name, pair => (string?)pair.Value)
        );

    private static ContentHttpResult Refuse(string error, int status) =>
        TypedResults.Content(
            new JsonObject { ["error"] = error }.ToJsonString(),
            "application/json",
            statusCode: status
        );

    private static ContentHttpResult Json(string json) =>
        TypedResults.Content(json, "application/json");
}
