using System.Net;
using System.Net.Sockets;

namespace NetRoom.Sandbox.Mail;

/// <summary>An SMTP server that takes letters for everybody and delivers none: they are in the inbox.</summary>
internal sealed class SmtpServer(
    SandboxOptions options,
    Inbox inbox,
    Greylist greylist,
    TimeProvider clock
) : BackgroundService
{
    private readonly TcpListener listener = new(IPAddress.Loopback, options.SmtpPort);

    /// <summary>Where it listens, also when any free port was asked for.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            listener.Start();
        }
        catch (SocketException taken)
        {
            throw new InvalidOperationException(
                $"Port {options.SmtpPort} for mail is taken: set Sandbox:SmtpPort to another one, or to 0 for any.",
                taken
            );
        }
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        listener.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var caller = await listener.AcceptTcpClientAsync(stoppingToken);
            _ = ServeAsync(caller, stoppingToken);
        }
    }

    private async Task ServeAsync(TcpClient caller, CancellationToken stop)
    {
        using (caller)
        {
            var session = new SmtpSession(caller.GetStream(), options, inbox, greylist, clock);
            try
            {
                await session.RunAsync(stop);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The caller hung up, or the sandbox stops.
            }
        }
    }
}
