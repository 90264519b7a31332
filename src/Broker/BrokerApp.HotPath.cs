using Rocketeer.Remoting;

namespace Rocketeer.Broker;

/// <summary>The handlers of sends, pulls and queries.</summary>
public sealed partial class BrokerApp
{
    /// <summary>The way of messages through this broker; there once the broker serves.</summary>
    internal MessagePath? MessagePath { get; private set; }

    partial void MapHotPath(RequestDispatcher dispatcher)
    {
        MessagePath = new MessagePath(_context, dispatcher);
        _hotPath.Add(MessagePath);
    }
}
