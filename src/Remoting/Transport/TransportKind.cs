namespace Rocketeer.Remoting.Transport;

/// <summary>Which event loops and channels carry the bytes.</summary>
public enum TransportKind
{
    /// <summary><see cref="Epoll"/> on Linux, <see cref="Stock"/> elsewhere.</summary>
    Auto,

    /// <summary>Our own event loop on Linux's epoll: one thread between the socket and the handler.</summary>
    Epoll,

    /// <summary>
    /// DotNetty's portable channels over <see cref="System.Net.Sockets.Socket"/>. They run faster when socket completions run inline, so
    /// the first use sets <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1</c> for the process unless the variable is set already;
    /// it has an effect only before the process opened its first socket.
    /// </summary>
    Stock,
}
