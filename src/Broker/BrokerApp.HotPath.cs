using Rocketeer.Broker.Transactions;
using Rocketeer.Remoting;

namespace Rocketeer.Broker;

/// <summary>The handlers of sends, pulls, queries and transactions.</summary>
public sealed partial class BrokerApp
{
    /// <summary>The way of messages through this broker; there once the broker serves.</summary>
    internal MessagePath? MessagePath { get; private set; }

    /// <summary>Ends and checks of transactions; there once the broker serves.</summary>
    internal TransactionPath? Transactions { get; private set; }

    partial void MapHotPath(RequestDispatcher dispatcher)
    {
        MessagePath = new MessagePath(_context, dispatcher);
        _hotPath.Add(MessagePath);
        Transactions = new TransactionPath(_context, dispatcher);
        _hotPath.Add(Transactions);
    }
}
