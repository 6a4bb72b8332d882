using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NetRoom.Kernel.Data;

namespace NetRoom.Kernel.Mail;

/// <summary>
/// Sends what waits in kernel.mail, a few letters at a time and outside any transaction. Nodes share the work: a letter is taken by a
/// lease, and one whose taker died is taken by another when the lease is over.
/// </summary>
public sealed partial class MailPump(
    IServiceScopeFactory scopes,
    IServiceProvider services,
    IOptions<MailOptions> options,
    TimeProvider clock,
    ILogger<MailPump> log
) : BackgroundService
{
    internal static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <summary>A server that hangs on some letters leaves room for the others.</summary>
    private const int AtOnce = 8;

    private readonly SemaphoreSlim bell = new(0);
    private readonly IMailSender sender = services.GetRequiredService<IMailSender>();
    private readonly IDataProtector protector = SealedMail.Protector(
        services.GetRequiredService<IDataProtectionProvider>()
    );

    public override void Dispose()
    {
        bell.Dispose();
        base.Dispose();
    }

    /// <summary>There may be something to send.</summary>
    internal void Ring()
    {
        try
        {
            if (bell.CurrentCount == 0)
                bell.Release();
        }
        catch (ObjectDisposedException)
        {
            // The host was disposed without being stopped: nobody listens any more.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = clock.CreateTimer(_ => Ring(), null, Pause, Pause);
        await SendAllAsync(ForeverAsync(stoppingToken), stoppingToken);
    }

    /// <summary>Sends what is due now.</summary>
    internal Task SendDueAsync(CancellationToken cancel) => SendAllAsync(DueAsync(cancel), cancel);

    // What is being sent when the node stops is sent to its end: that takes seconds, and half a letter would be sent again.
    private Task SendAllAsync(IAsyncEnumerable<QueuedMail> letters, CancellationToken cancel) =>
        Parallel.ForEachAsync(
            letters,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (letter, _) => await SendAsync(letter)
        );

    private async IAsyncEnumerable<QueuedMail> ForeverAsync(
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        while (true)
        {
            await foreach (var letter in DueAsync(cancel))
                yield return letter;
            await bell.WaitAsync(cancel);
        }
    }

    private async IAsyncEnumerable<QueuedMail> DueAsync(
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        while (await TakeAsync(cancel) is { } letter)
            yield return letter;
    }

    /// <summary>Takes one letter that is due for the length of the lease. A node that sends no mail takes what is too old.</summary>
    private async Task<QueuedMail?> TakeAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var writtenBy = options.Value.IsOn ? now : now - GiveUpAfter;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var taken = await Rows(scope)
                .FromSql(
                    $"""
                    UPDATE kernel.mail SET next_at = {now + Lease}, attempts = attempts + 1
                     WHERE id = (SELECT id FROM kernel.mail WHERE next_at <= {now} AND created_at <= {writtenBy}
                                  ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                    RETURNING *
                    """
                )
                .ToListAsync(cancel);
            return taken.SingleOrDefault();
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            QueueIsAway(exception);
            return null;
        }
    }

    private async Task SendAsync(QueuedMail letter)
    {
        try
        {
            var isOld = letter.CreatedAt + GiveUpAfter <= clock.GetUtcNow();
            var failure =
                isOld ? new MailFailure(letter.LastError ?? "Late", IsFinal: true)
                : protector.Open(letter.Content) is { } mail
                    ? await sender.SendAsync(letter.Id, mail)
                : new MailFailure("Key", IsFinal: true);
            if (failure is null or { IsFinal: true })
                await RemoveAsync(letter);
            else
                await PostponeAsync(letter, failure);
            if (failure is { IsFinal: true })
                GaveUp(letter.Id, letter.Attempts, failure.Reason);
        }
        catch (Exception exception)
        {
            QueueIsAway(exception);
        }
    }

    private async Task RemoveAsync(QueuedMail letter)
    {
        await using var scope = scopes.CreateAsyncScope();
        await Rows(scope).Where(row => row.Id == letter.Id).ExecuteDeleteAsync();
    }

    /// <summary>Who was so slow that another took the letter over changes nothing.</summary>
    private async Task PostponeAsync(QueuedMail letter, MailFailure failure)
    {
        var wait = TimeSpan.FromSeconds(
            Math.Min(
                ShortestWait.TotalSeconds * Math.Pow(2, letter.Attempts - 1),
                LongestWait.TotalSeconds
            )
        );
        var next = clock.GetUtcNow() + wait;
        await using var scope = scopes.CreateAsyncScope();
        await Rows(scope)
            .Where(row => row.Id == letter.Id && row.Attempts == letter.Attempts)
            .ExecuteUpdateAsync(row =>
                row.SetProperty(it => it.NextAt, next)
                    .SetProperty(it => it.LastError, failure.Reason)
            );
        NotYet(letter.Id, failure.Reason, next);
    }

    private static DbSet<QueuedMail> Rows(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<NetRoomDb>().Set<QueuedMail>();

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The mail server did not take letter {LetterId} ({Reason}); next try at {Next}"
    )]
    private partial void NotYet(Guid letterId, string reason, DateTimeOffset next);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Letter {LetterId} was given up after {Attempts} attempts ({Reason})"
    )]
    private partial void GaveUp(Guid letterId, int attempts, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The queue of mail could not be read or written"
    )]
    private partial void QueueIsAway(Exception exception);
}
