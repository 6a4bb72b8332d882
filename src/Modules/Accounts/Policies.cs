using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NetRoom.Accounts.Sessions;

namespace NetRoom.Accounts;

/// <summary>
/// Names of authorisation policies. All but the first are of those who run the service: whoever lacks the role is told that there is
/// nothing at the address (404), and outside Development a session without a second factor is asked for one.
/// </summary>
public static class Policies
{
    /// <summary>Any signed-in account. A page redirects to the sign-in, a fragment or an API call answers 401.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Roles, blocks, and who did what: owners alone.</summary>
    public const string Owner = "owner";

    /// <summary>Acts that move money or change what may be spent: owners and finance.</summary>
    public const string Finance = "finance";

    /// <summary>Reading the ledger, to answer a person: support too.</summary>
    public const string LedgerReading = "ledger-reading";

    internal static IReadOnlyDictionary<string, string[]> Staff { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            [Owner] = [Roles.Owner],
            [Finance] = [Roles.Owner, Roles.Finance],
            [LedgerReading] = [Roles.Owner, Roles.Finance, Roles.Support],
        };

    /// <summary>Whether the role of this user is one of the policy's: for showing a link or a button. Endpoints name the policy.</summary>
    public static bool HasRoleFor(this ClaimsPrincipal user, string policy) =>
        user.FindFirst(SessionClaims.Role) is { } role && Staff[policy].Contains(role.Value);
}

internal static class StaffPolicies
{
    public static void AddStaffPolicies(this AuthorizationBuilder authorization)
    {
        authorization.Services.AddSingleton<IAuthorizationHandler, StaffCheck>();
        foreach (var name in Policies.Staff.Keys)
            authorization.AddPolicy(
                name,
                policy =>
                    policy.RequireAuthenticatedUser().AddRequirements(new StaffRequirement(name))
            );
    }
}

/// <param name="Policy">One of <see cref="Policies.Staff"/>.</param>
internal sealed record StaffRequirement(string Policy) : IAuthorizationRequirement;

/// <summary>Somebody with the right role lacks only the second factor: they are told so instead of being sent away.</summary>
internal sealed class SecondFactorLacking;

internal sealed class StaffCheck(IHostEnvironment environment)
    : AuthorizationHandler<StaffRequirement>
{
    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context,
        StaffRequirement requirement
    )
    {
        if (!context.User.HasRoleFor(requirement.Policy))
            return Task.CompletedTask;
        if (
            environment.IsDevelopment() || context.User.HasClaim(SessionClaims.SecondFactor, "true")
        )
            context.Succeed(requirement);
        else if (context.Resource is HttpContext http)
            http.Features.Set(new SecondFactorLacking());
        return Task.CompletedTask;
    }
}
