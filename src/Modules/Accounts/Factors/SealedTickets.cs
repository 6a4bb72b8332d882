using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using Npgsql;

namespace NetRoom.Accounts.Factors;

/// <summary>A step that a browser has begun and must finish soon.</summary>
/// <param name="Cookie">Where it is kept.</param>
internal sealed record TicketKind(string Cookie, TimeSpan Term)
{
    /// <summary>The first factor was shown, the second is due.</summary>
    public static TicketKind Pending { get; } = new("__Host-nr-step", TimeSpan.FromMinutes(10));

    /// <summary>A passkey was asked for.</summary>
    public static TicketKind Challenge { get; } = new("__Host-nr-pk", TimeSpan.FromMinutes(5));
}

internal sealed record Ticket<T>(Guid Id, DateTimeOffset ExpiresAt, string UserAgent, T Content);

/// <summary>
/// Steps between two requests, in a sealed cookie of the browser that began them: nothing to clean, and nobody else can finish them.
/// Each ends when its term is over or it was spent, on any node.
/// </summary>
internal sealed class SealedTickets(
    IDataProtectionProvider protection,
    NpgsqlDataSource source,
    TimeProvider clock
)
{
    public void Give<T>(HttpContext context, TicketKind kind, T content)
    {
        var ticket = new Ticket<T>(
            Ids.New(),
            clock.GetUtcNow() + kind.Term,
            Client.Of(context).UserAgent,
            content
        );
        context.Response.Cookies.Append(
            kind.Cookie,
            Protector(kind).Protect(JsonSerializer.Serialize(ticket)),
            Options(kind.Term)
        );
    }

    /// <summary>Null where there is none, it is too old, or another browser began it. It may have been spent already.</summary>
    public Ticket<T>? Find<T>(HttpContext context, TicketKind kind)
    {
        try
        {
            return
                context.Request.Cookies[kind.Cookie] is { } cookie
                && JsonSerializer.Deserialize<Ticket<T>>(Protector(kind).Unprotect(cookie))
                    is { } ticket
                && ticket.ExpiresAt > clock.GetUtcNow()
                && ticket.UserAgent == Client.Of(context).UserAgent
                ? ticket
                : null;
        }
        catch (Exception broken) when (broken is CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>True for the first who spends it.</summary>
    public async Task<bool> SpendAsync<T>(
        HttpContext context,
        TicketKind kind,
        Ticket<T> ticket,
        CancellationToken cancel
    )
    {
        context.Response.Cookies.Delete(kind.Cookie, Options(maxAge: null));
        await using var spend = source.CreateCommand(
            "INSERT INTO accounts.spent_ticket (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        );
        spend.Parameters.Add(new() { Value = ticket.Id });
        spend.Parameters.Add(new() { Value = ticket.ExpiresAt });
        return await spend.ExecuteNonQueryAsync(cancel) == 1;
    }

    private IDataProtector Protector(TicketKind kind) =>
        protection.CreateProtector("NetRoom.Accounts.Ticket", kind.Cookie);

    private static CookieOptions Options(TimeSpan? maxAge) =>
        new()
        {
            Secure = true,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = maxAge,
            IsEssential = true,
        };
}
