using Microsoft.Extensions.Logging;
using Rocketeer.Client.Tracing;

namespace Rocketeer.Client;

/// <summary>Message trace of the client's producers and consumers.</summary>
public sealed partial class RocketeerClient
{
    private readonly Lock _tracesGate = new();
    private TraceDispatcher? _traces;

    /// <summary>What sends the traces of a producer or consumer with these settings; <see langword="null"/> if it is not traced.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal TraceDispatcher? TraceTo(TraceOptions options)
    {
        if (!options.Enabled)
        {
            return null;
        }

        lock (_tracesGate)
        {
            return _traces ??= new TraceDispatcher(CreateProducer(TraceDispatcher.Settings), Clock, Loggers.CreateLogger<TraceDispatcher>());
        }
    }
}
