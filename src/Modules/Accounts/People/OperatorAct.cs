using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts.Visits;
using NetRoom.Kernel;
using NetRoom.Kernel.Data;

namespace NetRoom.Accounts.People;

/// <summary>What somebody who runs the service did to an account.</summary>
internal sealed class OperatorAct
{
    public required Guid Id { get; init; }
    public required Guid ActorId { get; init; }

    /// <summary>One of <see cref="OperatorActs"/>.</summary>
    public required string Act { get; init; }
    public required Guid SubjectId { get; init; }

    /// <summary>"person → finance" for a role; empty where there is nothing to add.</summary>
    public required string Detail { get; init; }
    public required string Reason { get; init; }
    public required IPAddress? Ip { get; init; }
    public required DateTimeOffset At { get; init; }

    public static void Build(ModelBuilder model) =>
        model.Entity<OperatorAct>(act =>
        {
            act.ToTable("operator_act", AccountsModel.Schema);
            act.Property(row => row.Id).ValueGeneratedNever();
        });
}

/// <summary>What <see cref="OperatorAct.Act"/> may be.</summary>
internal static class OperatorActs
{
    public const string Role = "role";
    public const string Block = "block";
    public const string Unblock = "unblock";
}

/// <summary>The journal of those acts. A row is written in the transaction of its act.</summary>
internal sealed class OperatorJournal(NetRoomDb db, ICurrentAccount me, TimeProvider clock)
{
    public const int LongestReason = 300;

    /// <summary>Adds the row to the context; the caller saves it with the act.</summary>
    public void Add(HttpContext context, string act, Guid subject, string detail, string reason) =>
        db.Add(
            new OperatorAct
            {
                Id = Ids.New(),
                ActorId = me.Id,
                Act = act,
                SubjectId = subject,
                Detail = detail,
                Reason = reason,
                Ip = Client.Of(context).Ip,
                At = clock.GetUtcNow(),
            }
        );

    /// <summary>The text of a reason, or null when there is none to speak of.</summary>
    public static string? Reason(string? typed) =>
        typed?.Trim() is { Length: > 0 and <= LongestReason } reason ? reason : null;
}
