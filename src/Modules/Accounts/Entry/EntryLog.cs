using System.Net;
using Microsoft.Extensions.Logging;

namespace NetRoom.Accounts.Entry;

/// <summary>What the log tells of sign-ins and refusals: who by the account's id, how, from where. Never an address of mail.</summary>
internal static partial class EntryLog
{
    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Account {AccountId} signed in by {Method} from {Ip}"
    )]
    public static partial void SignedIn(
        this ILogger logger,
        Guid accountId,
        string method,
        IPAddress? ip
    );

    /// <param name="reason">The code of a problem.</param>
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A sign-in by {Method} from {Ip} was refused: {Reason}"
    )]
    public static partial void SignInRefused(
        this ILogger logger,
        string method,
        IPAddress? ip,
        string reason
    );

    /// <param name="route">The pattern of the endpoint, not the address that was asked for.</param>
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Account {AccountId} may not {Verb} {Route}, asked from {Ip}"
    )]
    public static partial void AccessRefused(
        this ILogger logger,
        string accountId,
        string verb,
        string route,
        IPAddress? ip
    );
}
