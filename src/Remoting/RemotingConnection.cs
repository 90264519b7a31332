using Rocketeer.Protocol.Commands;
using Rocketeer.Protocol.Messages;

namespace Rocketeer.Remoting;

/// <summary>One open connection, of either side. Thread-safe. Equality is identity.</summary>
public sealed class RemotingConnection
{
    /// <summary><c>ip:port</c> of the peer.</summary>
    public string RemoteAddress => throw new NotImplementedException();

    /// <summary>The peer's address as records store it.</summary>
    public HostAddress RemoteHost => throw new NotImplementedException();

    /// <summary>False once either side closed it.</summary>
    public bool IsOpen => throw new NotImplementedException();

    /// <summary>False while more bytes wait to be sent than the high-water mark allows; callers that push data should hold back.</summary>
    public bool IsWritable => throw new NotImplementedException();

    /// <summary>Sends a request to the peer and waits for its answer.</summary>
    /// <exception cref="RemotingTimeoutException">No answer in time; the connection stays open.</exception>
    /// <exception cref="RemotingSendException">The connection closed before the answer came.</exception>
    /// <exception cref="RemotingTooManyRequestsException">No permit was free in time.</exception>
    public ValueTask<RemotingCommand> InvokeAsync(RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Sends a request that wants no answer; completes when it is handed to the connection's output.</summary>
    /// <exception cref="RemotingSendException">The connection is closed.</exception>
    /// <exception cref="RemotingTooManyRequestsException">No permit was free in time.</exception>
    public ValueTask SendOneWayAsync(RemotingCommand request, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Closes the connection; pending invocations fail at once. Idempotent.</summary>
    public Task CloseAsync() => throw new NotImplementedException();
}
