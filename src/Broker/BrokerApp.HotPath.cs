using Rocketeer.Remoting;

namespace Rocketeer.Broker;

/// <summary>The handlers of sends, pulls and queries.</summary>
public sealed partial class BrokerApp
{
    partial void MapHotPath(RequestDispatcher dispatcher) => _hotPath.Add(new MessagePath(_context, dispatcher));
}
