using System.Net;
using System.Net.Sockets;
using DotNetty.Transport.Channels.Sockets;

namespace Rocketeer.Remoting.Transport;

/// <summary>DotNetty's portable TCP channel, for sockets that we accepted ourselves, and without a leak at closing.</summary>
internal sealed class StockTcpChannel : TcpSocketChannel
{
    private readonly EndPoint? _remote;

    /// <summary>Wraps a socket that is connected already.</summary>
    public StockTcpChannel(Socket connected, EndPoint remote)
        : base(connected)
    {
        _remote = remote;
        SetState(StateFlags.Active);
    }

    /// <summary>Creates a channel that is about to connect.</summary>
    public StockTcpChannel(AddressFamily family)
        : base(family)
    {
    }

    protected override EndPoint? RemoteAddressInternal => _remote ?? base.RemoteAddressInternal;

    protected override void DoClose()
    {
        EndSending();

        // See EpollTcpChannel.DoClose.
        ResetState(StateFlags.Active);
        base.DoClose();
    }

    // A socket that is disposed while it receives is reset, and what the kernel has not sent yet is lost, unless sending was ended before.
    private void EndSending()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return; // it never was connected, or the peer was faster: nothing is left to send
        }
    }
}
