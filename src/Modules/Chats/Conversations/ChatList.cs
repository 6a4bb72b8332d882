using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using NetRoom.Accounts;
using NetRoom.Kernel.Data;
using NetRoom.Kernel.Http;
using NetRoom.Kernel.Ui;

namespace NetRoom.Chats.Conversations;

/// <summary>A chat in the list. <paramref name="Age"/> groups it: 0 today, 1 yesterday, 2 this week, 3 older.</summary>
public sealed record ChatLink(Guid Id, string Title, int Age);

/// <summary>A page of the list, newest first.</summary>
public sealed record ChatListView(
    IReadOnlyList<ChatLink> Chats,
    string? Older,
    int? AgeBefore,
    Guid? Current
);

/// <summary>The list of chats in the rail, a page at a time.</summary>
internal sealed class ChatList(NetRoomDb db, ICurrentAccount me, TimeProvider clock)
{
    private const int PageSize = 40;

    public static async Task<IResult> HandleAsync(
        string? before,
        ChatList list,
        HttpContext context,
        CancellationToken cancel
    ) => Fragment.Of<ChatLinks>(new { View = await list.ReadAsync(before, context, cancel) });

    /// <param name="before">Ticks and id of the last chat of the page before, with the age of its group.</param>
    public async Task<ChatListView> ReadAsync(
        string? before,
        HttpContext context,
        CancellationToken cancel
    )
    {
        var chats = db.Set<Conversation>().Where(it => it.AccountId == me.Id);
        int? ageBefore = null;
        if (
            before?.Split('.') is [var ticks, var id, var age]
            && long.TryParse(ticks, CultureInfo.InvariantCulture, out var at)
            && Guid.TryParse(id, out var last)
        )
        {
            var time = new DateTimeOffset(
                Math.Clamp(at, 0, DateTimeOffset.MaxValue.UtcTicks),
                TimeSpan.Zero
            );
            chats = chats.Where(it =>
                it.UpdatedAt < time || (it.UpdatedAt == time && it.Id < last)
            );
            ageBefore = int.TryParse(age, CultureInfo.InvariantCulture, out var group)
                ? group
                : null;
        }

        var rows = await chats
            .OrderByDescending(it => it.UpdatedAt)
            .ThenByDescending(it => it.Id)
            .Take(PageSize + 1)
            .Select(it => new
            {
                it.Id,
                it.Title,
                it.UpdatedAt,
            })
            .ToListAsync(cancel);
        var offset = Preferences.OffsetOf(context);
        var today = clock.GetUtcNow().ToOffset(offset).Date;
        var links = rows.Take(PageSize)
            .Select(row => new ChatLink(
                row.Id,
                row.Title,
                Age((today - row.UpdatedAt.ToOffset(offset).Date).Days)
            ))
            .ToList();
        var older =
            rows.Count > PageSize
                ? $"{rows[PageSize - 1].UpdatedAt.UtcTicks}.{rows[PageSize - 1].Id}.{links[^1].Age}"
                : null;
        var current = Guid.TryParse(context.Request.RouteValues["id"] as string, out var open)
            ? open
            : (Guid?)null;
        return new ChatListView(links, older, ageBefore, current);
    }

    private static int Age(int days) =>
        days switch
        {
            <= 0 => 0,
            1 => 1,
            < 7 => 2,
            _ => 3,
        };
}

internal sealed class ChatListPart(ChatList list, ICurrentAccount me) : IFramePart
{
    public FramePlace Place => FramePlace.RailBody;

    public int Order => 10;

    public async Task<RenderFragment?> LoadAsync(HttpContext context)
    {
        if (!me.IsSignedIn)
            return null;
        var view = await list.ReadAsync(null, context, context.RequestAborted);
        return builder =>
        {
            builder.OpenComponent<ChatLinks>(0);
            builder.AddComponentParameter(1, nameof(ChatLinks.View), view);
            builder.CloseComponent();
        };
    }
}

internal sealed class NewChatPart(ICurrentAccount me) : IFramePart
{
    public FramePlace Place => FramePlace.RailTop;

    public int Order => 10;

    public Task<RenderFragment?> LoadAsync(HttpContext context) =>
        Task.FromResult<RenderFragment?>(
            me.IsSignedIn
                ? builder =>
                {
                    builder.OpenComponent<NewChatLink>(0);
                    builder.CloseComponent();
                }
                : null
        );
}
