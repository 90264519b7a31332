using Rocketeer.Protocol.Commands;

namespace Rocketeer.Remoting;

/// <summary>
/// Which handler serves which request code. Filled before the servers start, then read-only; one dispatcher may serve several servers.
/// Codes without a handler are answered REQUEST_CODE_NOT_SUPPORTED (docs/deviations.md: the original stays silent).
/// </summary>
public sealed class RequestDispatcher
{
    /// <summary>Maps a code to a handler that runs on the event loop.</summary>
    public RequestDispatcher Map(RequestCode code, IRequestHandler handler) => throw new NotImplementedException();

    /// <summary>Maps a code to a handler that runs behind a bounded queue; a full queue answers SYSTEM_BUSY.</summary>
    /// <param name="code">Request code.</param>
    /// <param name="handler">Handler.</param>
    /// <param name="queue">The queue, which several codes may share.</param>
    public RequestDispatcher Map(RequestCode code, IAsyncRequestHandler handler, RequestQueue queue) => throw new NotImplementedException();

    /// <summary>The codes that have a handler.</summary>
    public IReadOnlyCollection<RequestCode> Codes => throw new NotImplementedException();
}

/// <summary>A bounded queue with a fixed number of requests in work at once.</summary>
/// <param name="name">Names it in metrics and in the SYSTEM_BUSY remark.</param>
/// <param name="capacity">Requests that may wait.</param>
/// <param name="concurrency">Requests in work at once.</param>
public sealed class RequestQueue(string name, int capacity, int concurrency)
{
    /// <summary>Names it in metrics and in the SYSTEM_BUSY remark.</summary>
    public string Name { get; } = name;

    /// <summary>Requests that may wait.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Requests in work at once.</summary>
    public int Concurrency { get; } = concurrency;

    /// <summary>Requests that wait now.</summary>
    public int Waiting => throw new NotImplementedException();
}
