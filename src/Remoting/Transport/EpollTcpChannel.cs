using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DotNetty.Buffers;
using DotNetty.Transport.Channels;
using DotNetty.Transport.Channels.Sockets;

namespace Rocketeer.Remoting.Transport;

/// <summary>
/// A TCP channel that an <see cref="EpollEventLoop"/> drives. Read loop, pipeline and configuration are DotNetty's; connecting, receiving,
/// sending and closing are system calls on the loop's thread, so the runtime's own socket engine never hears of the descriptor.
/// </summary>
internal sealed unsafe class EpollTcpChannel : TcpSocketChannel
{
    private readonly EndPoint? _remote;
    private EpollEventLoop? _loop;
    private EndPoint? _connectingTo;
    private uint _interest;
    private long _number;
    private bool _added;

    /// <summary>Wraps a socket that is connected already.</summary>
    public EpollTcpChannel(Socket connected, EndPoint remote)
        : base(connected)
    {
        _remote = remote;
        SetState(StateFlags.Active);
    }

    /// <summary>Creates a channel that is about to connect.</summary>
    public EpollTcpChannel(AddressFamily family)
        : base(family)
    {
    }

    public int Descriptor => (int)Socket.Handle;

    protected override EndPoint? RemoteAddressInternal => _remote ?? _connectingTo;

    private SocketByteChannelUnsafe ByteUnsafe => (SocketByteChannelUnsafe)Unsafe;

    /// <summary>Called by the loop with what epoll said.</summary>
    internal void OnReady(uint events)
    {
        const uint Failed = Libc.EpollErr | Libc.EpollHup;
        if (_connectingTo is not null && !Active)
        {
            Want(_interest & ~Libc.EpollOut);
            ByteUnsafe.FinishConnect(ReadOperation);
            return;
        }

        if ((events & (Libc.EpollOut | Failed)) != 0 && TryResetState(StateFlags.WriteScheduled))
        {
            Want(_interest & ~Libc.EpollOut);
            Unsafe.Flush();
        }

        if (!Open || (events & ~Libc.EpollOut) == 0)
        {
            return;
        }

        if (IsInState(StateFlags.ReadScheduled))
        {
            ByteUnsafe.FinishRead(ReadOperation);
        }
        else if ((events & Failed) != 0)
        {
            // Nobody reads at the moment, so nobody would notice that the connection is dead.
            Unsafe.CloseSafe();
        }
        else
        {
            Want(_interest & ~Libc.EpollIn);
        }
    }

    protected override bool IsCompatible(IEventLoop eventLoop) => eventLoop is EpollEventLoop;

    protected override void DoRegister() => _loop = (EpollEventLoop)EventLoop;

    protected override void ScheduleSocketRead() => Want(_interest | Libc.EpollIn);

    protected override bool DoConnect(EndPoint remoteAddress, EndPoint localAddress)
    {
        _connectingTo = remoteAddress;
        var address = remoteAddress.Serialize();
        int result;
        fixed (byte* bytes = address.Buffer.Span)
        {
            result = Libc.Connect(Descriptor, bytes, (uint)address.Size);
        }

        if (result == 0)
        {
            SetState(StateFlags.Active);
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        if (error is not (Libc.InProgress or Libc.Interrupted))
        {
            throw Libc.SocketFailure(error);
        }

        Want(_interest | Libc.EpollOut);
        return false;
    }

    protected override void DoFinishConnect(SocketChannelAsyncOperation operation)
    {
        int error;
        var size = (uint)sizeof(int);
        if (Libc.GetSocketOption(Descriptor, Libc.SocketLevel, Libc.SocketErrorOption, &error, &size) < 0)
        {
            error = Marshal.GetLastPInvokeError();
        }

        if (error != 0)
        {
            throw Libc.SocketFailure(error);
        }

        SetState(StateFlags.Active);
    }

    protected override int DoReadBytes(IByteBuffer byteBuf)
    {
        nint received;
        fixed (byte* bytes = &byteBuf.Array[byteBuf.ArrayOffset + byteBuf.WriterIndex])
        {
            do
            {
                received = Libc.Receive(Descriptor, bytes, byteBuf.WritableBytes, Libc.DontWait);
            }
            while (received < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        }

        if (received > 0)
        {
            byteBuf.SetWriterIndex(byteBuf.WriterIndex + (int)received);
            return (int)received;
        }

        if (received == 0)
        {
            return -1; // end of stream
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Libc.Again ? 0 : throw Libc.SocketFailure(error);
    }

    protected override void DoWrite(ChannelOutboundBuffer input)
    {
        while (input.Current is IByteBuffer buffer)
        {
            var length = buffer.ReadableBytes;
            var sent = length == 0 ? 0 : Send(buffer, length);
            if (sent == length)
            {
                input.Remove();
                continue;
            }

            if (sent > 0)
            {
                buffer.SetReaderIndex(buffer.ReaderIndex + sent);
            }

            SetState(StateFlags.WriteScheduled);
            Want(_interest | Libc.EpollOut);
            return;
        }
    }

    protected override void DoClose()
    {
        if (_added)
        {
            _added = false;
            _loop!.Remove(this, _number);
        }

        // Without the flag the base class does not shut the socket down before it closes it: that call throws when the peer has reset the
        // connection, and then the descriptor would stay open until it is finalized.
        ResetState(StateFlags.Active);
        base.DoClose();
    }

    /// <returns>Bytes sent; fewer than asked for when the socket is full.</returns>
    private int Send(IByteBuffer buffer, int length)
    {
        nint sent;
        fixed (byte* bytes = &buffer.Array[buffer.ArrayOffset + buffer.ReaderIndex])
        {
            do
            {
                sent = Libc.Send(Descriptor, bytes, length, Libc.DontWait | Libc.NoSignal);
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        }

        if (sent >= 0)
        {
            return (int)sent;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Libc.Again ? 0 : throw Libc.SocketFailure(error);
    }

    private void Want(uint interest)
    {
        if (_added && interest == _interest)
        {
            return;
        }

        _interest = interest;
        if (_added)
        {
            _loop!.Change(this, interest, _number);
        }
        else
        {
            _number = _loop!.Add(this, interest);
            _added = true;
        }
    }
}
